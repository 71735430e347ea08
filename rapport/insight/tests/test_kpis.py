"""The library of KPIs: figures are what they say, records add up to them, and nobody is counted whom one may not see."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from rapport.calendars.hold import hold
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.insight import engine
from rapport.insight.asked import asked_of
from rapport.insight.library import KPIS, LEAD, VISIT
from rapport.insight.models import Ownership
from rapport.insight.read_kpi import decimal, figure_of, records_of, report_of, wilson
from rapport.people.models import ApiToken
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource
from rapport.sales.keep_rates import keep_rates, reckon_in
from rapport.sales.lead import Lead
from rapport.sales.move_deal import move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End, Reason
from rapport.sales.read_rates import Said
from rapport.sales.shape_leads import begin_sources
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sales.standing import Standing
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9")]
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YEAR = {"span": "12-months"}
BY_NAME = {one.name: one for one in KPIS}


def call(address, at, number, by=None):
    arrival = Inbound(
        "pbx", number, at, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", address),), "from"),)
    )
    return receive([arrival], by=by, at=at)[0]


@pytest.fixture
def house(boss, ana, nils):
    """Two teams with deals won, lost and open, in three currencies, of which one has no rate."""
    reckon_in("EUR")
    keep_rates(
        [Said("USD", date(2026, 1, 1), Decimal("0.5")), Said("USD", date(2026, 9, 1), Decimal("0.8"))], home="EUR"
    )
    pipelines = [begin_pipeline(name, by=boss, at=NOW - timedelta(days=500)) for name in ("New", "Renewals")]
    customers = [
        Customer.objects.get(pk=call(f"{name}@aurora.example", NOW - timedelta(days=490), name, by=user).customer_id)
        for name, user in (("marta", ana), ("olga", nils))
    ]
    for customer, user in zip(customers, (ana, nils), strict=True):
        Customer.objects.filter(pk=customer.pk).update(scope=user.team.scope)
    ends = [
        # (months ago, days it took, end, amount, currency, whose, pipeline)
        *((0, 10, End.WON, 100, "EUR", ana, 0), (0, 20, End.LOST, 900, "EUR", ana, 0)),
        *((1, 30, End.WON, 200, "USD", ana, 1), (4, 40, End.WON, 300, "USD", nils, 1)),
        *((5, 50, End.WON, 70, "JPY", nils, 0), (6, 60, End.LOST, None, "", nils, 0)),
        *((14, 15, End.WON, 800, "EUR", ana, 0), (None, 5, None, 50, "EUR", ana, 0)),
    ]
    for number, (ago, days, end, amount, currency, owner, line) in enumerate(ends):
        customer = customers[0] if owner == ana else customers[1]
        closed = NOW - timedelta(days=30 * (ago or 0) + number)
        stages = list(pipelines[line].stages.order_by("place"))
        money = Decimal(amount) if amount else None
        new = NewDeal(f"deal {number}", stages[0], owner, money, currency, next_step="Call")
        deal = open_deal(new, customer=customer, by=owner, at=closed - timedelta(days=days))
        for contact in range(number % 3):
            address = customer.members.get().identifiers.first().value
            call(address, closed - timedelta(days=1 + contact), f"{number}-{contact}", by=owner)
        if end:
            stage = next(one for one in stages if one.end == end)
            brought = {"reason": Reason.objects.filter(end=end).first()}
            brought |= {} if money else {"amount": None}
            move_deal(deal.pk, stage, seen=None, brought=brought, by=owner, at=closed)
    foretold(ana)
    begin_sources(by=boss, at=NOW)
    source = LeadSource.objects.order_by("pk").first()
    for number, (hours, late, owner) in enumerate(
        ((1, False, ana), (5, True, ana), (3, False, nils), (None, False, ana))
    ):
        came = NOW - timedelta(days=40 * number)
        member = customers[owner == nils].members.get()
        Lead.objects.create(
            wish=f"lead {number}",
            member=member,
            source=source,
            owner=owner,
            came_at=came,
            answer_by=came + timedelta(hours=(hours or 9) + (-1 if late else 1)),
            answered_at=came + timedelta(hours=hours) if hours else None,
        )
    go_visiting(ana, nils)
    return pipelines


def go_visiting(ana, nils):
    """Somebody without deals, so that a visit is no contact before a win."""
    vera = Customer.objects.get(pk=call("vera@aurora.example", NOW - timedelta(days=600), "vera").customer_id)
    for number, (days, kind, owner, held) in enumerate(
        (
            *((3, Kind.MEETING, ana, True), (40, Kind.MEETING, ana, True), (41, Kind.MEETING, nils, True)),
            *((42, Kind.CALL, ana, True), (43, Kind.MEETING, ana, False), (500, Kind.MEETING, ana, True)),
        )
    ):
        begin = NOW - timedelta(days=days)
        wish = Wish(kind, "Visit", begin, begin + timedelta(hours=1), str(number))
        meeting = plan(wish, customers=[vera], colleagues=[owner], by=owner, at=begin)
        if held:
            hold(meeting, "Content", by=owner, at=begin)
    Customer.objects.filter(pk=vera.pk).update(scope=ana.team.scope)


def foretold(ana):
    """On 30 September two deals of 100 EUR each, and 50 JPY, were committed to for October; one more was won in it."""
    for name, currency in (("deal 2", "EUR"), ("deal 7", "EUR"), ("deal 4", "JPY")):
        deal = Deal.objects.get(name=name)
        Standing.objects.create(
            deal=deal,
            since=date(2026, 9, 10),
            until=date(2026, 10, 20),
            stage=deal.stage,
            owner=ana,
            category="commit",
            probability=75,
            amount=100,
            currency=currency,
            closes_on=date(2026, 10, 31),
        )


def all_records(kpi, asked, reader):
    found, after = [], None
    while True:
        lines, more = records_of(kpi, asked, after=after, most=500, reader=reader)
        found += lines
        if not more:
            return found
        after = (lines[-1].day, lines[-1].pk)


def adds_up(kpi, told, lines):
    """That the figure is what the records give, reckoned here once more from what each brings along."""
    known = [one for one in lines if one.known]
    assert (told.counted, told.unknown) == (len(known), len(lines) - len(known)), kpi.name
    sums = {
        measure.name: sum(({m.name: v for m, v in one.values}[measure.name] or 0 for one in known), Decimal(0))
        for measure in kpi.measures
    }
    expected = decimal(kpi.figure(SimpleNamespace(**sums)))
    if expected is None:
        assert told.figure is None, kpi.name
    else:
        assert told.figure == pytest.approx(expected), kpi.name


@pytest.mark.parametrize("kpi", KPIS, ids=lambda one: one.name)
@pytest.mark.parametrize("who", ["boss", "ana"])
def test_the_records_behind_every_figure_and_every_part_of_it_add_up_to_it(kpi, who, house, request):
    reader = request.getfixturevalue(who)
    for step in ("month", "quarter") if who == "boss" else ("month",):
        asked = asked_of(kpi, {**YEAR, "step": step}, TODAY)
        report, lines = report_of(kpi, asked, reader=reader), all_records(kpi, asked, reader)
        adds_up(kpi, report.told, lines)
        assert sorted(one.pk for part in report.trend for one in behind(kpi, part.records, reader)) == sorted(
            one.pk for one in lines
        )
        for part in report.trend:
            adds_up(kpi, part.told, behind(kpi, part.records, reader))
    for dimension in kpi.subject.dimensions:
        asked = asked_of(kpi, {**YEAR, "by": dimension.name}, TODAY)
        report = report_of(kpi, asked, reader=reader)
        found = [behind(kpi, part.records, reader) for part in report.parts]
        for part, theirs in zip(report.parts, found, strict=True):
            adds_up(kpi, part.told, theirs)
        assert sorted(one.pk for theirs in found for one in theirs) == sorted(
            one.pk for one in all_records(kpi, asked, reader)
        ), dimension.name


def behind(kpi, query, reader):
    """The records to which the address of a part leads."""
    pairs = dict(pair.split("=", 1) for pair in query.split("&"))
    return all_records(kpi, asked_of(kpi, pairs, TODAY), reader)


def figure(name, reader, **query):
    kpi = BY_NAME[name]
    return figure_of(kpi, asked_of(kpi, {**YEAR, **query}, TODAY), reader=reader)[0]


def test_each_figure_is_what_its_formula_says(house, boss):
    assert figure("win-rate", boss).figure == pytest.approx(Decimal(4) / 6)
    assert figure("cycle-time", boss).figure == pytest.approx(Decimal(10 + 30 + 40 + 50) / 4)
    average = figure("average-deal", boss)
    assert (average.counted, average.unknown) == (3, 1), "yen have no rate"
    assert average.figure == pytest.approx(Decimal(100 + 200 * Decimal("0.8") + 300 * Decimal("0.5")) / 3)
    # Five ended and can be reckoned, three won with 410 EUR in 80 days.
    assert figure("velocity", boss).figure == pytest.approx(
        5 * (Decimal(3) / 5) * (Decimal(410) / 3) / (Decimal(80) / 3)
    )
    assert figure("activity-per-win", boss).figure == pytest.approx(Decimal(2 + 2 + 1 + 3) / 4)


def test_visits_that_were_held_are_counted_and_neither_calls_nor_plans(house, boss, nils):
    assert (figure("visits", boss).figure, figure("visits", nils).figure) == (3, 1)


def test_what_was_committed_to_is_held_against_what_was_won(house, boss):
    """In October deal 2 was won, with 200 USD at 0.8."""
    told = figure("forecast-error", boss)
    assert (told.sums, told.unknown) == ({"said": 200, "came": 160}, 1)
    assert told.figure == Decimal("0.25")
    assert told.between is None


def test_the_clock_of_leads_is_read_and_who_waits_still_is_named(house, boss, ana):
    waited = figure("response-time", boss)
    assert (waited.figure, waited.counted, waited.unknown) == (3, 3, 1)
    assert figure("answered-in-time", boss).figure == pytest.approx(Decimal(2) / 3)
    assert figure("response-time", ana).figure == 3


def test_another_teams_deals_are_not_counted_and_the_page_says_so(house, ana, boss, signed_in):
    assert figure("win-rate", ana).counted == 3
    page = signed_in(ana).get(reverse("insight:kpi", args=["win-rate"])).content.decode()
    assert "Reckoned from what you may see." in page
    assert "Nils Berg" not in page
    assert (
        "Reckoned from what you may see."
        not in signed_in(boss).get(reverse("insight:kpi", args=["win-rate"])).content.decode()
    )


def test_little_and_nothing_are_said_as_what_they_are(house, boss, signed_in):
    few = figure("win-rate", boss, span="this-month")
    assert few.few
    low, high = few.between
    assert low < few.figure < high
    nothing = figure("win-rate", boss, **{"span": "", "from": "2020-01-01", "until": "2020-02-01"})
    assert (nothing.figure, nothing.counted) == (None, 0)
    address = f"{reverse('insight:kpi', args=['win-rate'])}?from=2020-01-01&until=2020-02-01"
    assert "Nothing to reckon it from" in signed_in(boss).get(address).content.decode()
    records = reverse("insight:records", args=["win-rate"])
    assert "No records" in signed_in(boss).get(f"{records}?from=2020-01-01&until=2020-02-01").content.decode()


def test_the_interval_of_a_share_is_wilsons():
    assert [round(float(one), 4) for one in wilson(Decimal("0.5"), 10)] == [0.2366, 0.7634]
    assert [round(float(one), 4) for one in wilson(Decimal(1), 5)] == [0.5655, 1.0]


def test_a_quote_in_a_source_is_a_value_and_no_statement(house, boss):
    Deal.objects.filter(name="deal 0").update(source="O'Neill %s; --")
    kpi = BY_NAME["win-rate"]
    report = report_of(kpi, asked_of(kpi, {**YEAR, "by": "source"}, TODAY), reader=boss)
    assert {part.label for part in report.parts} == {"", "O'Neill %s; --"}
    one = figure_of(kpi, replace(asked_of(kpi, {**YEAR, "source": "O'Neill %s; --"}, TODAY)), reader=boss)[0]
    assert one.counted == 1


def test_many_kpis_of_one_expression_ask_for_its_tables_once():
    tables = engine.Tables()
    BY_NAME["velocity"].records(tables)
    assert set(tables.asked) == {"deals", "rates"}


def test_pages_lead_from_the_library_to_the_records_and_to_the_deal(house, boss, signed_in):
    client = signed_in(boss)
    index = client.get(reverse("insight:kpis")).content.decode()
    for kpi in KPIS:
        assert str(kpi.title) in index
        page = client.get(reverse("insight:kpi", args=[kpi.name])).content.decode()
        assert str(kpi.formula) in page
        assert reverse("insight:records", args=[kpi.name]) in page
        records = client.get(f"{reverse('insight:records', args=[kpi.name])}?span=ever").content.decode()
        deal, lead = Deal.objects.get(name="deal 0"), Lead.objects.get(wish="lead 0")
        if kpi.name == "forecast-error":
            continue
        subjects = {
            LEAD: reverse("sales:lead", args=[lead.pk]),
            VISIT: reverse("calendars:meeting", args=[Meeting.objects.order_by("pk")[0].pk]),
        }
        assert subjects.get(kpi.subject, reverse("sales:deal", args=[deal.pk])) in records
    assert client.get(reverse("insight:kpi", args=["none"])).status_code == 404
    assert (
        client.get(f"{reverse('insight:kpi', args=['win-rate'])}?by=x&step=y&span=z&owner=q&from=1").status_code == 200
    )


def test_a_manager_says_who_answers_for_a_figure(house, mia, ana, signed_in):
    address = reverse("insight:owner", args=["win-rate"])
    assert signed_in(mia).post(address, {"owner": ana.pk}).status_code == 302
    assert Ownership.objects.get().owner == ana
    assert "Ana Klein" in signed_in(mia).get(reverse("insight:kpi", args=["win-rate"])).content.decode()
    assert signed_in(mia).post(address, {"owner": ""}).status_code == 302
    assert not Ownership.objects.exists()
    assert signed_in(ana).post(address, {"owner": ana.pk}).status_code == 403


def test_a_program_reads_what_its_user_may_see(house, ana):
    token = ApiToken.issue(ana, "bi", [])
    client = Client(headers={"authorization": f"Bearer {token}"})
    listed = client.get("/api/v1/kpis").json()["items"]
    assert [one["id"] for one in listed] == [one.name for one in KPIS]
    report = client.get("/api/v1/kpis/average-deal?first=2026-10-01&last=2026-11-30&by=pipeline").json()
    assert (report["kpi"]["currency"], report["first"], report["last"]) == ("EUR", "2026-10-01", "2026-11-30")
    assert Decimal(report["whole"]["figure"]) == Decimal(100 + 160) / 2
    assert {one["label"] for one in report["breakdown"]} == {"New", "Renewals"}
    page = client.get("/api/v1/kpis/average-deal/records?first=2026-10-01&last=2026-11-30&limit=1").json()
    more = client.get(f"/api/v1/kpis/average-deal/records?first=2026-10-01&last=2026-11-30&after={page['next']}").json()
    values = [Decimal(one["values"]["worth"]) for one in (*page["items"], *more["items"])]
    assert (values, more["next"]) == ([Decimal(100), Decimal(160)], None)
    for wrong in ("by=colour", "step=day"):
        assert client.get(f"/api/v1/kpis/average-deal?{wrong}").status_code == 422
    assert client.get("/api/v1/kpis/average-deal?first=2026-10-01").status_code == 422
    assert client.get("/api/v1/kpis/nothing").status_code == 404
