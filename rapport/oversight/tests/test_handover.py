"""When somebody leaves, all their work is found, given to others in one go, and can come back."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import PASSWORD
from rapport.agenda.models import Task
from rapport.calendars.models import Host
from rapport.calendars.plan import Wish as MeetingWish
from rapport.calendars.plan import plan
from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.handovers.handover import Handover, State
from rapport.handovers.plan import Plan, Station
from rapport.imports.models import ImportWatch
from rapport.journal.change import Change
from rapport.journal.models import Event, Fact
from rapport.journal.take_back import take_back
from rapport.lists.models import View
from rapport.notices.models import Reminder
from rapport.oversight.hand_over import Heirs, hand_over
from rapport.oversight.work import KINDS, left_by_leavers, left_of
from rapport.people.change_user import change_user, standing_of
from rapport.people.models import ApiToken, User
from rapport.people.post import Post, Term
from rapport.people.unit import Position, Unit
from rapport.rules.models import Rule
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.web.models import Site, WebForm
from rapport.webhooks.declare import Wish, declare
from rapport.webhooks.subscribe import Wanted, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.req("P1")]
ALL = [kind.name for kind in KINDS]


def put(name, owner=""):
    said = claims({"name": name, "owner": owner} if owner else {"name": name})
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, said), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


def sold(ana, mia, marta, now):
    """Ana has a deal to hand over, and has taken one that Mia handed over."""
    stage = begin_pipeline("Sales", by=mia, at=now).stages.order_by("place")[0]
    station = Station.objects.create(plan=Plan.objects.create(name="Sold"), name="Onboarding")
    first, second = (
        open_deal(NewDeal(name, stage, mia, None, "", next_step="Call"), customer=marta, by=mia, at=now)
        for name in ("First", "Second")
    )
    Handover.objects.create(deal=first, station=station, sender=ana, opened_at=now)
    Handover.objects.create(
        deal=second, station=station, sender=mia, taken_by=ana, state=State.TAKEN, opened_at=now, sent_at=now
    )


@pytest.fixture
def busy(ana, mia):
    """Ana, who has one of everything in hand."""
    now, today = timezone.now(), timezone.localdate()
    marta = put("Marta", ana.email)
    Task.objects.create(title="Call", assignee=ana)
    Task.objects.create(title="Done", assignee=ana, done_at=now)
    Reminder.objects.create(user=ana, at=now, note="Look again")
    wish = MeetingWish("meeting", "Visit", now + timedelta(days=2), now + timedelta(days=2, hours=1), "here")
    plan(wish, customers=[marta], colleagues=[ana], by=ana, at=now)
    Message.objects.create(
        key="one",
        member=marta.members.get(),
        to=["m@x.example"],
        message_id="1@x",
        subject="S",
        text="T",
        due_at=now,
        by=ana,
    )
    sold(ana, mia, marta, now)
    Rule.objects.create(name="Tag", owner=ana)
    for owner in (ana, mia):
        View.objects.create(listing="customers", name="Ours", state="sort=name", reach="all", owner=owner)
    View.objects.create(listing="customers", name="Mine", state="sort=name", reach="own", owner=ana)
    MailAccount.objects.create(name="Ana", address="ana@mail.example", user=ana)
    site = Site.objects.create(name="Shop", origins=["https://shop.example"])
    WebForm.objects.create(site=site, title="Ask us", asked={"email": True}, owner=ana)
    declare(Wish("Shop", "hex", "", "", "interaction", {}), by=ana, at=now)
    subscribe(Wanted("Shop", "https://shop.example/", ["customers created"]), by=ana, at=now)
    ImportWatch.objects.create(folder="crm", pattern="*.csv", plan={}, by=ana)
    held, stood_in = Post.objects.order_by("pk")[:2]
    Term.objects.create(post=held, holder=ana, since=today - timedelta(days=30))
    Term.objects.create(post=stood_in, holder=mia, deputy=ana, since=today - timedelta(days=30))
    Position.objects.create(title="Agent", unit=Unit.objects.create(name="Service"), holder=ana)
    return ana


def test_one_of_every_kind_is_found(busy):
    assert {one.kind.name: one.number for one in left_of(busy)} == dict.fromkeys(ALL, 1)


def test_all_of_it_goes_to_somebody_else_and_nothing_is_left(busy, mia, rita, boss, run_jobs):
    now = timezone.now()
    change = hand_over(busy, Heirs(mia), ALL, by=boss, at=now)
    assert change.details["number"] == len(ALL)
    assert left_of(busy) == []
    assert Customer.objects.get().owner == mia
    assert Task.objects.get(title="Call").assignee == mia
    assert Task.objects.get(title="Done").assignee == busy
    assert {one.name for one in View.objects.filter(owner=mia)} == {"Ours", "Ours (Ana Klein)"}
    assert View.objects.get(owner=busy).name == "Mine"
    before, after = Term.objects.filter(post=Post.objects.order_by("pk")[0]).order_by("since")
    today = timezone.localdate(now)
    assert (before.holder, before.until, after.holder, after.since) == (busy, today - timedelta(days=1), mia, today)
    event = Event.objects.get(kind=Fact.WORK_HANDED_OVER)
    assert (event.actor, event.subject_ids, event.details["to"]) == (boss, [busy.pk], mia.pk)
    run_jobs()


def test_it_comes_back_as_it_was_but_for_what_moved_on(busy, mia, rita, boss):
    hand_over(busy, Heirs(mia), ALL, by=boss, at=timezone.now())
    Task.objects.filter(title="Call").update(assignee=rita)
    take_back(Change.objects.get(deed="handed over"), by=boss, at=timezone.now())
    assert {one.kind.name for one in left_of(busy)} == {*ALL} - {"tasks"}
    assert Task.objects.get(title="Call").assignee == rita
    term = Term.objects.get(post=Post.objects.order_by("pk")[0])
    assert (term.holder, term.until) == (busy, None)


def test_a_customer_that_was_given_on_since_stays_where_it_is(busy, mia, rita, boss):
    hand_over(busy, Heirs(mia), ["customers"], by=boss, at=timezone.now())
    edit(Customer.objects.get(), {"owner": rita.email}, by=boss, at=timezone.now())
    take_back(Change.objects.get(deed="handed over"), by=boss, at=timezone.now())
    assert Customer.objects.get().owner == rita


def test_where_the_heir_sits_in_the_meeting_already_there_is_one_seat(busy, mia, boss):
    meeting = Host.objects.get(user=busy).meeting
    Host.objects.create(meeting=meeting, user=mia)
    hand_over(busy, Heirs(mia), ["meetings"], by=boss, at=timezone.now())
    assert [one.user for one in Host.objects.filter(meeting=meeting)] == [mia]
    take_back(Change.objects.get(deed="handed over"), by=boss, at=timezone.now())
    assert {one.user for one in Host.objects.filter(meeting=meeting)} == {mia, busy}


def test_customers_may_go_to_a_team_instead(busy, mia, nordics, boss):
    hand_over(busy, Heirs(mia, nordics), ["customers", "tasks"], by=boss, at=timezone.now())
    customer = Customer.objects.get()
    assert (customer.owner, customer.team, customer.scope) == (None, nordics, nordics.scope)
    assert Task.objects.get(title="Call").assignee == mia


def test_it_is_done_on_one_page_with_a_way_back(busy, mia, boss, signed_in):
    browser = signed_in(boss)
    page = browser.get(f"/people/{busy.pk}/handover/").text
    assert f'href="/customers/?owner={busy.pk}"' in page
    wrong = browser.post(f"/people/{busy.pk}/handover/", {"kinds": ["tasks"]})
    assert wrong.status_code == 422
    assert left_of(busy)
    told = browser.post(f"/people/{busy.pk}/handover/", {"kinds": ["tasks", "rules"], "heir": mia.pk}, follow=True)
    assert "2 things given to Mia Lopes." in told.text
    assert (Task.objects.get(title="Call").assignee, Rule.objects.get().owner) == (mia, mia)
    change = Change.objects.get(deed="handed over")
    assert f"/changes/{change.pk}/undo/" in told.text
    assert "2 things of Ana Klein given to Mia Lopes" in browser.get("/changes/").text
    browser.post(f"/changes/{change.pk}/undo/")
    assert Task.objects.get(title="Call").assignee == busy
    assert signed_in(mia).get(f"/people/{busy.pk}/handover/").status_code == 403


def test_a_leaver_with_work_stands_on_the_pages_of_people_until_it_is_handed_over(busy, mia, boss, signed_in):
    browser = signed_in(boss)
    assert "Nobody has left" in browser.get("/people/leavers/").text
    browser.post(f"/people/{busy.pk}/activation/", {"active": "no"})
    number = len(ALL)
    assert f"{number} things" in browser.get("/people/leavers/").text
    assert f"left {number} things" in browser.get("/people/").text
    assert f"{number} things are still in their hands" in browser.get(f"/people/{busy.pk}/").text
    hand_over(User.objects.get(pk=busy.pk), Heirs(mia), ALL, by=boss, at=timezone.now())
    assert left_by_leavers([User.objects.get(pk=busy.pk)]) == {}
    assert "things" not in browser.get("/people/leavers/").text.split("<main")[1].split("</main>")[0]


def test_whoever_is_deactivated_is_out_at_once_and_stays_out_when_let_in_again(ana, boss):
    browser = Client()
    browser.post("/accounts/login/", {"login": ana.email, "password": PASSWORD})
    assert browser.get("/profile/").status_code == 200
    token = ApiToken.issue(ana, "walk", [])
    change_user(User.objects.get(pk=ana.pk), standing_of(ana, is_active=False))
    assert browser.get("/profile/").status_code == 302
    assert not UserSession.objects.filter(user=ana).exists()
    assert browser.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    change_user(User.objects.get(pk=ana.pk), standing_of(ana, is_active=True))
    assert browser.get("/profile/").status_code == 302
    assert browser.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_page_of_people_costs_the_same_for_one_leaver_or_ten(busy, boss, signed_in):
    browser = signed_in(boss)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/people/leavers/").status_code == 200
        return len(asked)

    User.objects.filter(pk=busy.pk).update(is_active=False)
    cost()
    few = cost()
    for number in range(10):
        gone = User.objects.create_user(
            f"gone{number}@rapport.example", name=f"Gone {number}", role="agent", is_active=False
        )
        Task.objects.create(title="Call", assignee=gone)
    assert cost() == few
