"""Leads: how they come, to whom they go, the clock, and what becomes of them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.journal.change import Change
from rapport.people.models import Brand, LegalEntity, User
from rapport.people.roles import BuiltIn
from rapport.people.tests.programs import Program
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource, Route
from rapport.sales.hear_enquiries import hear_answers
from rapport.sales.lead import Lead, LeadState, LeadStep
from rapport.sales.lead_inbox import inbox, late_for, waiting
from rapport.sales.lead_words import clock_of, why_with
from rapport.sales.leads_with import leads_with
from rapport.sales.open_deal import NewDeal
from rapport.sales.open_lead import NewLead, open_lead
from rapport.sales.pipeline import Reason
from rapport.sales.qualify_lead import NotOpen, qualify_lead
from rapport.sales.settle_lead import keep_warm, set_aside, take_up_again, wake
from rapport.sales.shape_leads import begin_sources
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sales.take_lead import Gone, Taken, take_lead
from rapport.timeline.assign import assign
from rapport.timeline.log_call import Call, log_call
from rapport.timeline.models import Interaction
from rapport.timeline.note import note
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def sources(boss):
    begin_sources(by=boss, at=NOW)
    return {one.name: one for one in LeadSource.objects.all()}


@pytest.fixture
def stages(boss):
    return list(begin_pipeline("New business", by=boss, at=NOW).stages.order_by("place"))


def form(number=1, email="marta@aurora.example", *, at=NOW, title="Ask for an offer", **more):
    clues = (Clue("email", email),) if email else ()
    party = (Party(clues, "from", "Marta Silva"),) if clues else ()
    given = {"text": "We need ten machines.", "touchpoint": "aurora.example"} | more
    return Inbound("web form", f"f:{number}", at, Channel.WEB, Direction.INBOUND, "form", party, subject=title, **given)


def ask(*arrivals, at=NOW):
    return receive(list(arrivals), by=None, at=at)


def marta():
    return Customer.objects.get(identifier_key("marta@aurora.example"))


def identifier_key(email):
    return Q(members__identifiers__key=email)


@pytest.fixture
def lead(sources, run_jobs):
    ask(form())
    run_jobs()
    return Lead.objects.get()


def test_a_web_form_becomes_a_lead_with_a_clock_once(sources, run_jobs):
    ask(form())
    ask(form())
    run_jobs()
    lead = Lead.objects.get()
    assert (lead.wish, lead.source, lead.state, lead.owner) == ("Ask for an offer", sources["Web form"], "new", None)
    assert lead.member.customer == marta()
    assert lead.answer_by == lead.came_at + 4 * HOUR
    assert lead.interaction.text == "We need ten machines."
    assert clock_of(lead, at=NOW + HOUR).words == "3 hours left"
    assert clock_of(lead, at=NOW + 6 * HOUR).look == "bad"


def test_words_of_a_source_say_what_becomes_a_lead(sources, run_jobs):
    LeadSource.objects.filter(name="Web form").update(words="offer\nsales@rapport.example")
    ask(form(1, title="A complaint"), form(2, title="Ask for an OFFER", email="eva@nord.example"))
    run_jobs()
    assert [one.wish for one in Lead.objects.all()] == ["Ask for an OFFER"]


def test_what_somebody_brings_in_from_long_ago_is_no_enquiry(sources, run_jobs):
    ask(form(at=NOW - timedelta(days=9)))
    run_jobs()
    assert not Lead.objects.exists()


def test_a_look_at_a_page_and_a_missed_call_are_no_enquiries(sources, run_jobs):
    LeadSource.objects.filter(name="Call").update(channel="phone")
    party = (Party((Clue("email", "marta@aurora.example"),)),)
    ask(
        Inbound("site", "1", NOW, Channel.WEB, Direction.INBOUND, "visit", party),
        Inbound("pbx", "2", NOW, Channel.PHONE, Direction.INBOUND, "missed call", party),
        Inbound("pbx", "3", NOW, Channel.PHONE, Direction.INBOUND, "call", party, subject="Price of a grinder"),
    )
    run_jobs()
    assert [one.wish for one in Lead.objects.all()] == ["Price of a grinder"]


def test_who_asks_again_has_one_lead_and_wakes_it(lead, ana, run_jobs):
    keep_warm(lead.pk, timezone.localdate() + timedelta(days=30), by=ana, at=NOW)
    ask(form(2, title="Still waiting"))
    run_jobs()
    lead.refresh_from_db()
    assert (Lead.objects.count(), lead.state, lead.until) == (1, "working", None)
    assert lead.steps.get(kind="again").words == "Still waiting"


def test_an_enquiry_of_nobody_known_becomes_theirs_who_it_is_found_to_be(sources, run_jobs, ana):
    ask(form(email=""), form(2))
    run_jobs()
    lead = Lead.objects.get(member=None)
    assign(lead.interaction, marta(), by=ana, at=NOW)
    run_jobs()
    lead.refresh_from_db()
    assert lead.member.customer == marta()
    assert lead.steps.filter(kind=LeadStep.Kind.KNOWN).exists()


@pytest.mark.parametrize("way", ["call", "mail"])
def test_the_first_answer_stops_the_clock_whoever_gives_it(lead, ana, nils, run_jobs, way):
    take_lead(lead.pk, seen=None, by=ana, at=NOW)
    later = NOW + HOUR
    if way == "call":
        log_call(marta(), Call(Direction.OUTBOUND, "Called back", "", 5, later), key="1", by=nils, at=later)
    else:
        party = (Party(member_id=lead.member_id),)
        mail = Inbound("mail", "m1", later, Channel.EMAIL, Direction.OUTBOUND, "mail", party, subject="Our offer")
        receive([mail], by=nils, at=later)
    run_jobs()
    lead.refresh_from_db()
    assert (lead.answered_at, lead.answered_by, lead.in_time) == (later, nils, True)
    assert clock_of(lead, at=later).words == "answered after 60 minutes"
    log_call(marta(), Call(Direction.OUTBOUND, "Again", "", 5, later + HOUR), key="2", by=ana, at=later + HOUR)
    run_jobs()
    lead.refresh_from_db()
    assert lead.answered_at == later, "the first one counts"


def test_a_note_among_us_and_what_was_said_before_is_no_answer(lead, ana, run_jobs):
    note(marta(), "She asked for machines", key="1", by=ana, at=NOW + HOUR)
    before = NOW - timedelta(days=2)
    log_call(marta(), Call(Direction.OUTBOUND, "Before", "", 5, before), key="2", by=ana, at=NOW)
    run_jobs()
    lead.refresh_from_db()
    assert lead.answered_at is None
    assert hear_answers([lead.interaction_id], at=NOW) == 0


def test_of_two_who_take_it_at_once_the_second_is_told(lead, ana, nils, mia, signed_in):
    seen = lead.owner_id
    assert isinstance(take_lead(lead.pk, seen=seen, by=ana, at=NOW), Taken)
    outcome = take_lead(lead.pk, seen=seen, by=mia, at=NOW)
    assert isinstance(outcome, Gone)
    assert outcome.lead.owner == ana
    answer = signed_in(mia).post(reverse("sales:take_lead", args=[lead.pk]), {"seen": ""}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 409
    assert "Ana Klein was quicker" in answer.headers["HX-Trigger"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_on_two_connections(boss, iberia):
    begin_sources(by=boss, at=NOW)
    people = [
        User.objects.create_user(f"{name}@r.example", "a long enough password", name=name, role=BuiltIn.AGENT)
        for name in ("One", "Two", "Three")
    ]
    lead = open_lead(NewLead("Machines", LeadSource.objects.first()), by=None, at=NOW)
    outcomes, ready = [], threading.Barrier(3)

    def take(user):
        try:
            ready.wait()
            outcomes.append(take_lead(lead.pk, seen=None, by=user, at=timezone.now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(type(one).__name__ for one in outcomes) == ["Gone", "Gone", "Taken"]


def test_routes_go_round_a_team_and_say_why(sources, ana, rita, mia, iberia, run_jobs):
    Route.objects.create(name="Web", source=sources["Web form"], to="team", team=iberia)
    for number in range(6):
        ask(form(number, f"p{number}@x.example"), at=NOW + number * HOUR)
        run_jobs()
    owners = [one.owner for one in Lead.objects.order_by("pk")]
    able = {one for one in (ana, rita, mia) if one.allows("sales.change_lead")}
    assert set(owners[: len(able)]) == able, "everybody once before anybody twice"
    assert owners[len(able) : 2 * len(able)] == owners[: len(able)]
    first = Lead.objects.order_by("pk").first()
    why = " ".join(why_with(first))
    assert "“Web” gave it to" in why
    assert "it came by “Web form”" in why
    assert "had none by it yet" in why
    second_round = Lead.objects.order_by("pk")[len(able)]
    assert "has waited longest" in " ".join(why_with(second_round))


def test_a_route_asks_for_source_brand_and_keeper_and_the_first_that_finds_somebody_counts(
    sources, ana, mia, boss, run_jobs
):
    entity = LegalEntity.objects.create(name="Rapport Ltd")
    Brand.objects.create(name="Cork", legal_entity=entity)
    Route.objects.create(name="Keeper", place=1, to="keeper")
    Route.objects.create(name="Cork", place=2, brand=Brand.objects.get(), to="user", user=mia)
    Route.objects.create(name="Fair", place=3, source=sources["Trade fair"], to="user", user=boss)
    ask(form(1, "a@x.example"), form(2, "b@x.example", brand="Cork"))
    run_jobs()
    assert [one.owner for one in Lead.objects.order_by("pk")] == [None, mia]
    ask(Inbound("crm", "9", NOW, Channel.CHAT, Direction.INBOUND, "chat", (Party((Clue("email", "k@x.example"),)),)))
    kept = Customer.objects.get(identifier_key("k@x.example"))
    edit(kept, {"owner": ana.email}, by=boss, at=NOW)
    ask(form(3, "k@x.example"))
    run_jobs()
    lead = Lead.objects.latest("pk")
    assert lead.owner == ana
    assert "looks after the customer" in " ".join(why_with(lead))


def test_a_route_gives_nothing_to_who_may_not_see_the_customer(sources, ana, nils, nordics, boss, run_jobs):
    Route.objects.create(name="North", to="user", user=nils)
    ask(form())
    edit(marta(), {"owner": ana.email}, by=boss, at=NOW)
    run_jobs()
    assert Lead.objects.get().owner is None


def test_a_lead_becomes_a_deal_once_and_undo_takes_both_back(lead, ana, stages, signed_in):
    take_lead(lead.pk, seen=None, by=ana, at=NOW)
    client = signed_in(ana)
    page = client.get(reverse("sales:qualify_lead", args=[lead.pk])).content.decode()
    assert 'value="Ask for an offer"' in page, "what is known is not asked"
    given = {"name": "Ask for an offer", "stage": stages[0].pk, "owner": ana.pk, "next_step": "Visit"}
    answers = [client.post(reverse("sales:qualify_lead", args=[lead.pk]), given) for _ in range(2)]
    deal = Deal.objects.get()
    assert {one.headers["Location"] for one in answers} == {reverse("sales:deal", args=[deal.pk])}
    lead.refresh_from_db()
    assert (lead.state, lead.deal, deal.lead, deal.member_id) == ("qualified", deal, lead, lead.member_id)
    assert "Came from" in client.get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert client.post(reverse("changes:undo", args=[Change.objects.latest("pk").pk])).status_code == 302
    lead.refresh_from_db()
    assert (lead.state, lead.deal) == ("working", None)
    assert not Deal.objects.exists()


def test_what_is_nobodys_known_or_set_aside_becomes_no_deal(sources, ana, stages):
    lead = open_lead(NewLead("Machines", sources["Call"], called="A voice"), by=ana, at=NOW)
    new = NewDeal("Machines", stages[0], ana, next_step="Call")
    assert isinstance(qualify_lead(lead.pk, new, by=ana, at=NOW), NotOpen)
    assert not Deal.objects.exists()


def test_set_aside_with_a_reason_kept_warm_until_a_day_and_taken_up_again(lead, ana, signed_in):
    client = signed_in(ana)
    url = reverse("sales:set_lead_aside", args=[lead.pk])
    assert client.post(url, {"said": ""}).status_code == 422, "without a reason it is asked for"
    reason = Reason.objects.filter(end=Reason.UNFIT)[0]
    assert client.post(url, {"reason": reason.pk, "said": "Wrong number"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.state, lead.reason, lead.said) == (LeadState.UNFIT, reason, "Wrong number")
    assert set_aside(lead.pk, reason, "", by=ana, at=NOW) is None, "it is done already"
    assert take_up_again(lead.pk, by=ana, at=NOW)
    yesterday = {"until": timezone.localdate() - timedelta(days=1)}
    assert client.post(reverse("sales:keep_lead_warm", args=[lead.pk]), yesterday).status_code == 422
    day = timezone.localdate() + timedelta(days=7)
    assert client.post(reverse("sales:keep_lead_warm", args=[lead.pk]), {"until": day}).status_code == 302
    lead.refresh_from_db()
    assert (lead.state, lead.until, lead.owner) == (LeadState.NURTURE, day, ana)
    assert wake(at=NOW) == 0
    assert wake(at=NOW + timedelta(days=8)) == 1
    lead.refresh_from_db()
    assert (lead.state, lead.until) == (LeadState.WORKING, None)


def test_what_is_due_first_stands_first_and_the_late_ones_at_home(sources, ana, signed_in):
    late = open_lead(NewLead("Late", sources["Call"], owner=ana), by=ana, at=NOW, came_at=NOW - 6 * HOUR)
    slow = open_lead(NewLead("Slow", sources["Trade fair"]), by=None, at=NOW, came_at=NOW - 6 * HOUR)
    soon = open_lead(NewLead("Soon", sources["Call"]), by=None, at=NOW, came_at=NOW - HOUR)
    found = inbox(ana, whose="", at=NOW)
    assert [one.lead for one in found.lines] == [late, soon, slow]
    assert (found.mine, found.nobodys, waiting(ana)) == (1, 2, 3)
    assert [one.lead for one in late_for(ana, at=NOW)] == [late]
    page = signed_in(ana).get(reverse("sales:leads")).content.decode()
    assert page.index("Late") < page.index("Soon") < page.index("Slow")


def test_a_lead_is_written_down_by_hand_once_and_stands_on_the_timeline(sources, ana, signed_in):
    client, url = signed_in(ana), reverse("sales:new_lead")
    given = {"wish": "Two grinders", "source": sources["Call"].pk, "channel": "phone", "name": "Marta", "key": "k1"}
    assert "so that somebody can answer" in client.post(url, given).content.decode()
    given |= {"email": "marta@aurora.example", "owner": str(ana.pk)}
    answers = [client.post(url, given) for _ in range(2)]
    lead = Lead.objects.get()
    assert {one.headers["Location"] for one in answers} == {reverse("sales:lead", args=[lead.pk])}
    assert (lead.owner, lead.member.customer, lead.interaction.channel) == (ana, marta(), "phone")
    assert Interaction.objects.count() == 1
    (panel,) = leads_with([lead.member_id], reader=ana, at=NOW)
    assert panel.lead == lead


def test_an_interaction_is_made_a_lead_by_hand(sources, ana, signed_in):
    mail = Inbound(
        "mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (Party((Clue("email", "marta@aurora.example"),)),),
        subject="Do you rent machines?",
    )  # fmt: skip
    (received,) = ask(mail)
    client, url = signed_in(ana), reverse("sales:lead_of", args=[received.interaction_id])
    assert "Do you rent machines?" in client.get(url).content.decode()
    assert client.post(url, {"wish": "Rent machines", "source": sources["E-mail"].pk}).status_code == 302
    lead = Lead.objects.get()
    assert (lead.owner, lead.came_at, lead.member.customer) == (ana, NOW, marta())
    assert client.get(url).headers["Location"] == reverse("sales:lead", args=[lead.pk])


def test_somebody_elses_lead_is_not_found(lead, ana, nils, boss, signed_in):
    edit(marta(), {"owner": ana.email}, by=boss, at=NOW)
    take_lead(lead.pk, seen=None, by=ana, at=NOW)
    assert not Lead.objects.visible_to(nils).exists()
    assert signed_in(nils).get(reverse("sales:lead", args=[lead.pk])).status_code == 404
    assert Lead.objects.visible_to(ana).exists()


def test_the_pages_cost_the_same_for_one_lead_or_twenty(sources, boss, run_jobs, signed_in):
    client, urls = signed_in(boss), (reverse("sales:leads"), reverse("sales:lead_list"))

    def costs():
        told = []
        for url in urls:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url, follow=True).status_code == 200
            told.append(len(seen))
        return told

    ask(form(0, "p0@x.example"))
    run_jobs()
    costs()
    few = costs()
    ask(*(form(number, f"p{number}@x.example") for number in range(1, 21)))
    run_jobs()
    assert costs() == few


def test_over_the_api(sources, ana, stages, boss, iberia):
    program = Program(ana)
    told = program.read("/lead-sources").json()
    call = next(one for one in told["items"] if one["name"] == "Call")
    given = {"wish": "Grinders", "source_id": call["id"], "external_id": "7", "email": "marta@aurora.example"}
    made = program.send("/leads", given)
    assert made.status_code == 201
    assert program.send("/leads", given).json()["id"] == made.json()["id"]
    lead = made.json()
    assert (lead["state"], lead["owner_id"], lead["customer_id"]) == ("new", None, marta().pk)
    assert program.send("/leads", given | {"external_id": "8", "email": ""}).status_code == 422
    assert program.send(f"/leads/{lead['id']}/give", {}).json()["owner_id"] == ana.pk
    conflict = Program(boss).send(f"/leads/{lead['id']}/give", {"seen_owner_id": None})
    assert conflict.status_code == 409
    warm = program.send(f"/leads/{lead['id']}/keep-warm", {"until": "2199-01-01"}).json()
    assert (warm["state"], warm["keep_warm_until"]) == ("nurture", "2199-01-01")
    assert program.send(f"/leads/{lead['id']}/reopen", {}).json()["state"] == "working"
    assert [one["id"] for one in program.read("/leads", state="working").json()["items"]] == [lead["id"]]
    deal = program.send(f"/leads/{lead['id']}/qualify", {"next_step": "Visit"}).json()
    assert (deal["name"], deal["owner_id"]) == ("Grinders", ana.pk)
    assert program.read(f"/leads/{lead['id']}").json()["deal_id"] == deal["id"]
    aside = {"reason_id": told["reasons"][0]["id"]}
    assert program.send(f"/leads/{lead['id']}/set-aside", aside).status_code == 409
