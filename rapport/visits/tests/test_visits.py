"""A day of visits: planned in a short order, briefed, reported once, also late."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.models import Task
from rapport.calendars.cancel import cancel
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan
from rapport.channels.inbound import Party
from rapport.customers.models import Customer
from rapport.customers.models import Kind as CustomerKind
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.people.models import ApiToken
from rapport.sales.change_deal import change_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.models import Interaction
from rapport.visits import models
from rapport.visits.brief import brief_of
from rapport.visits.day import day_of
from rapport.visits.mark_spot import mark_spot
from rapport.visits.models import Report, Spot
from rapport.visits.worth_a_visit import candidates

pytestmark = [pytest.mark.django_db, pytest.mark.req("A5")]
NOON = datetime(2026, 11, 24, 11, tzinfo=timezone.get_default_timezone())


def new_customer(name, team):
    record = RecordIn("crm", name, CustomerKind.PERSON, claims({"name": name, "team": team.name}))
    return Customer.objects.get(pk=register([record], by=None, at=NOON)[0].customer_id)


def visit(customer, by, at=NOON, title="Visit: Aurora"):
    wish = Wish(Kind.MEETING, title, at, at + timedelta(minutes=45), str(uuid4()), place="Rua 1, Porto")
    return plan(wish, customers=[customer], colleagues=[by], by=by, at=at)


def told(**more):
    return {"key": str(uuid4()), "met": "met", "text": "They want two of them.", **more}


def at_place(customer, by, north, east):
    mark_spot(customer, Decimal(north), Decimal(east), means=Spot.Means.HAND, by=by, at=NOON)


def test_a_day_stands_in_its_order_with_the_way_between(ana, iberia):
    near, far = (new_customer(name, team=iberia) for name in ("Near", "Far"))
    at_place(near, ana, "41.15790", "-8.62910")
    at_place(far, ana, "38.72230", "-9.13930")
    visit(far, ana, NOON + timedelta(hours=4))
    visit(near, ana)
    found = day_of(ana, NOON.date(), at=NOON)
    assert [stop.line.customers[0].name for stop in found.stops] == ["Near", "Far"]
    assert found.stops[0].km is None
    assert found.stops[1].km == pytest.approx(274 * 1.3, abs=5)


def test_calls_links_and_meetings_of_our_own_are_no_visits(ana, iberia):
    customer = new_customer("Aurora", team=iberia)
    for kind, place, guests in (
        (Kind.CALL, "", [customer]),
        (Kind.MEETING, "https://x.example/1", [customer]),
        (Kind.MEETING, "Room 1", []),
    ):
        wish = Wish(kind, "Talk", NOON, NOON + timedelta(hours=1), str(uuid4()), place=place)
        plan(wish, customers=guests, colleagues=[ana], by=ana, at=NOON)
    assert day_of(ana, NOON.date(), at=NOON).stops == []


def test_visits_are_planned_along_a_short_way_with_time_to_drive(signed_in, ana, iberia):
    names = {name: new_customer(name, team=iberia) for name in ("East", "West", "Middle", "Nowhere")}
    for name, east in (("East", "-8.4"), ("West", "-8.8"), ("Middle", "-8.6")):
        at_place(names[name], ana, "41.15", east)
    form = {"key": str(uuid4()), "day": "2027-01-12", "first": "09:00", "minutes": "45", "start": "41.15, -9.0"}
    chosen = [names[name].pk for name in ("East", "Nowhere", "West", "Middle")]
    for _sent_twice in range(2):
        answer = signed_in(ana).post("/visits/plan/", {**form, "customers": chosen})
        assert answer.status_code == 302
        assert answer.url == "/visits/?day=2027-01-12"
    found = [
        (one.title, timezone.localtime(one.starts_at).strftime("%H:%M"))
        for one in Meeting.objects.order_by("starts_at")
    ]
    # 16.7 km as the crow flies take some 30 minutes by road; where the place is not known, twenty.
    assert found == [
        ("Visit: West", "09:00"),
        ("Visit: Middle", "10:15"),
        ("Visit: East", "11:30"),
        ("Visit: Nowhere", "12:35"),
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day": "20255-01-01"}, "day"),
        ({"minutes": "0"}, "minutes"),
        ({"start": "somewhere"}, "latitude and longitude"),
        ({"start": "91, 200"}, "latitude and longitude"),
        ({"customers": []}, "Tick at least one customer"),
        ({"customers": ["x", "99999999999999999999"]}, "Tick at least one customer"),
    ],
)
def test_nonsense_is_told_and_nothing_planned(signed_in, ana, iberia, wrong, words):
    form = {"key": str(uuid4()), "day": "2027-01-12", "first": "09:00", "minutes": "45", "start": ""}
    given = {**form, "customers": [new_customer("Aurora", team=iberia).pk], **wrong}
    answer = signed_in(ana).post("/visits/plan/", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_report_stands_on_the_timeline_with_its_task_and_the_deals_next_step(signed_in, ana, iberia):
    customer = new_customer("Aurora", team=iberia)
    deal = opened(customer, ana)
    meeting = visit(customer, ana)
    form = told(
        todo="Send the sample", todo_on="2026-12-01", deal=deal.pk, next_step="Quote for two", next_step_on="2026-12-02"
    )
    form |= {f"stood-{deal.pk}": "Call", f"stood_on-{deal.pk}": ""}
    assert signed_in(ana).post(f"/visits/{meeting.pk}/report/", form).status_code == 302
    assert Interaction.objects.get(channel="visit").text.startswith("They want two of them.")
    assert Task.objects.get().title == "Send the sample"
    deal.refresh_from_db()
    assert (deal.next_step, str(deal.next_step_on)) == ("Quote for two", "2026-12-02")


def opened(customer, by):
    stage = begin_pipeline("New business", by=by, at=NOON).stages.order_by("place")[0]
    return open_deal(NewDeal("Cork floor", stage, by, next_step="Call"), customer=customer, by=by, at=NOON)


def test_sent_again_it_came_in_once(signed_in, ana, iberia):
    meeting = visit(new_customer("Aurora", team=iberia), ana)
    form = told(todo="Send the sample")
    page = signed_in(ana)
    answers = [
        page.post(f"/visits/{meeting.pk}/report/", form, headers={"accept": "application/json"}) for _ in range(3)
    ]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert Report.objects.count() == Interaction.objects.count() == Task.objects.count() == 1
    meeting.refresh_from_db()
    assert meeting.result == "They want two of them."


def test_a_second_report_is_added_and_none_is_lost(signed_in, ana, iberia):
    meeting = visit(new_customer("Aurora", team=iberia), ana)
    signed_in(ana).post(f"/visits/{meeting.pk}/report/", told())
    signed_in(ana).post(f"/visits/{meeting.pk}/report/", told(met="nobody", text="In the afternoon."))
    meeting.refresh_from_db()
    assert meeting.result == "They want two of them.\n\nNobody was there.\n\nIn the afternoon."
    assert Interaction.objects.count() == 1


def test_what_was_written_without_a_network_keeps_its_moment_and_overwrites_nobody(signed_in, ana, mia, iberia):
    customer = new_customer("Aurora", team=iberia)
    deal, meeting = opened(customer, ana), visit(customer, ana)
    # Meanwhile the meeting was called off and a colleague agreed something else.
    cancel(meeting, by=mia, at=timezone.now())
    change_deal(deal.pk, {"next_step": "Wait for their board"}, was=None, by=mia, at=timezone.now())
    written = timezone.now() - timedelta(hours=3)
    form = told(written=written.isoformat(), deal=deal.pk, next_step="Quote for two")
    form |= {f"stood-{deal.pk}": "Call", f"stood_on-{deal.pk}": ""}
    answer = signed_in(ana).post(f"/visits/{meeting.pk}/report/", form, headers={"accept": "application/json"})
    assert "another next step" in answer.json()["words"]
    meeting.refresh_from_db()
    assert meeting.cancelled_at is None
    assert "Quote for two" in meeting.result
    deal.refresh_from_db()
    assert deal.next_step == "Wait for their board"
    assert Report.objects.get().written_at == written


@pytest.mark.parametrize("clock", ["2199-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00", "2026-11-24", "x", "\x00"])
def test_a_wrong_clock_spoils_nothing(signed_in, ana, iberia, clock):
    meeting = visit(new_customer("Aurora", team=iberia), ana)
    answer = signed_in(ana).post(f"/visits/{meeting.pk}/report/", told(written=clock))
    assert answer.status_code in {302, 422}
    assert all(one.written_at <= timezone.now() for one in Report.objects.all())


def test_a_report_without_a_word_is_asked_for_one(signed_in, ana, iberia):
    meeting = visit(new_customer("Aurora", team=iberia), ana)
    page = signed_in(ana)
    assert page.post(f"/visits/{meeting.pk}/report/", told(text="")).status_code == 422
    later = page.post(f"/visits/{meeting.pk}/report/", told(text=""), headers={"accept": "application/json"})
    assert (later.status_code, later.json()["faults"]) == (422, ["Say in a sentence what was said."])
    assert page.post(f"/visits/{meeting.pk}/report/", told(text="", met="nobody")).status_code == 302


def test_another_team_neither_sees_nor_reports_it(signed_in, ana, nils, iberia):
    meeting = visit(new_customer("Aurora", team=iberia), ana)
    page = signed_in(nils)
    assert page.get(f"/visits/{meeting.pk}/brief/").status_code == 404
    assert page.post(f"/visits/{meeting.pk}/report/", told()).status_code == 404
    assert "Aurora" not in page.get("/visits/?day=2026-11-24").content.decode()


def test_the_brief_says_what_is_open_and_what_they_would_need_again(ana, iberia):
    customer = new_customer("Aurora", team=iberia)
    opened(customer, ana)
    add_task("Bring the sample", assignee=ana, by=ana, at=NOON, customer=customer)
    for days in (160, 120, 80):
        ordered(customer, NOON - timedelta(days=days))
    found = brief_of(Customer.objects.get(pk=customer.pk), reader=ana, at=NOON)
    assert [one.deal.name for one in found.deals] == ["Cork floor"]
    assert [one.title for one in found.tasks] == ["Bring the sample"]
    assert [(one.product, one.every, one.since) for one in found.rhythms] == [("Cork mat", 40, 80)]
    assert (found.bought.orders, found.bought.sums[0]) == (3, (Decimal("19.9000") * 3, "EUR"))


def ordered(customer, at):
    line = LineIn("1", "Cork mat", Decimal(1), Decimal("19.90"), Decimal("19.90"))
    party = Party(member_id=customer.members.get().pk)
    record_orders([OrderIn("shop", at.isoformat(), at, party, (line,), "EUR", "")], by=None, at=at)


def test_whom_one_might_visit_and_why(ana, iberia):
    near, far, busy = (new_customer(name, team=iberia) for name in ("Near", "Far", "Busy"))
    here = new_customer("Here", team=iberia)
    for one, east in ((here, "-8.60"), (near, "-8.65"), (far, "-7.00")):
        at_place(one, ana, "41.15", east)
    add_task("Bring the sample", assignee=ana, by=ana, at=NOON, due_at=NOON, customer=busy)
    visit(here, ana)
    points = [stop.point for stop in day_of(ana, NOON.date(), at=NOON).stops]
    found = candidates(ana, day=NOON.date(), words="", around=points, without=[here.pk], at=NOON)
    assert {one.customer.name: one.why for one in found} == {
        "Busy": ("Bring the sample",),
        "Near": ("on the way, and no contact for 90 days",),
    }


def test_where_a_customer_is_found_is_kept_to_a_metre_and_has_a_history(signed_in, ana, iberia):
    customer = new_customer("Aurora", team=iberia)
    page = signed_in(ana)
    assert (
        page.post(f"/customers/{customer.pk}/spot/", {"place": "geo:41.157901,-8.629109", "means": "phone"}).status_code
        == 302
    )
    assert page.post(f"/customers/{customer.pk}/spot/", {"place": "41.2 -8.6", "means": "hand"}).status_code == 302
    assert str(Spot.objects.get()) == "41.20000, -8.60000"
    for wrong in ("", "north", "91, 0", "0, 181", "1,2,3", "\x00"):
        assert page.post(f"/customers/{customer.pk}/spot/", {"place": wrong, "means": "hand"}).status_code == 422


def test_over_the_api_a_report_comes_in_once(client, ana, iberia):
    customer = new_customer("Aurora", team=iberia)
    meeting = visit(customer, ana, timezone.now())
    head = {"authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"}
    put = client.put(
        f"/api/v1/customers/{customer.pk}/spot",
        '{"latitude": 41.2, "longitude": -8.6}',
        "application/json",
        headers=head,
    )
    assert put.json() == {"customer_id": customer.pk, "latitude": 41.2, "longitude": -8.6}
    (stop,) = client.get("/api/v1/visits", headers=head).json()["items"]
    assert (stop["meeting_id"], stop["latitude"], stop["reported"]) == (meeting.pk, 41.2, False)
    body = f'{{"key": "{uuid4()}", "text": "They want two."}}'
    path = f"/api/v1/visits/{meeting.pk}/report"
    assert [client.post(path, body, "application/json", headers=head).status_code for _ in range(2)] == [201, 200]
    assert client.post(path, f'{{"key": "{uuid4()}"}}', "application/json", headers=head).status_code == 422


def test_whoever_may_not_see_streets_learns_no_place_on_the_map(ana, iberia, monkeypatch):
    customer = new_customer("Aurora", team=iberia)
    at_place(customer, ana, "41.15", "-8.6")
    assert Spot.objects.visible_to(ana).count() == 1
    monkeypatch.setattr(models, "hidden_columns", lambda _reader: frozenset({"street"}))
    assert not Spot.objects.visible_to(ana).exists()
