"""Deals out of a file: by mapping alone, repeated safely, followed when the source says otherwise, taken back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from rapport.catalogue.product import Product
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.imports import run as running
from rapport.imports.fields import Kind
from rapport.imports.models import ImportFailure, ImportLeft, ImportRun, ImportTrace, State, Stay
from rapport.imports.propose import Wishes, kind_of, propose
from rapport.imports.revert import revert, start_revert
from rapport.imports.start import drafted, start
from rapport.sales.change_deal import change_deal
from rapport.sales.deal import Deal, Move
from rapport.sales.deal_line import DealLine
from rapport.sales.pipeline import End, Pipeline
from rapport.sales.shape_pipeline import begin_pipeline

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FILE = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ana Klein,GTXPro,Aurora,Won,2025-10-20,2026-03-01,1054\n"
    "A2,Moses Frase,GTX Basic,Aurora,Lost,2025-10-25,2026-02-11,0\n"
    "A3,Moses Frase,GTX Basic,,Engaging,2025-11-25,,\n"
    "A4,Ana Klein,Mystery,Nowhere Ltd,Prospecting,,,\n"
)


@pytest.fixture
def take(tmp_path, ana, boss):
    """Import a text as a file of deals in euros."""

    def take(text, *, mapping=(("=EUR", "currency"),), kind=Kind.DEALS, by=boss) -> ImportRun:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text)
        proposal = propose(path, path.name, Wishes(kind, source="crm", mapping=mapping))
        assert proposal.refusal == ""
        begun = start(drafted(path, path.name, proposal.plan, by=by, at=NOW), by=by, at=NOW, defer=False)
        return running.run(begun.pk)

    return take


@pytest.fixture
def aurora(take):
    return take("id,name\n1,Aurora\n", mapping=(), kind=Kind.COMPANIES)


def take_back(run: ImportRun) -> ImportRun:
    assert start_revert(run, by=None, at=NOW, defer=False)
    return revert(run.pk, by=None)


def test_deals_come_in_by_mapping_alone_with_pipeline_stages_owners_and_products(take, aurora, ana, boss):
    product = Product.objects.create(number="P1", name="GTX Pro", sort_key="gtx pro")
    run = take(FILE)
    assert (run.created, run.failed, run.unassigned) == (4, 0, 2)
    won, lost, engaging, prospecting = Deal.objects.order_by("external_id")
    assert (won.stage.end, won.amount, won.currency, won.owner, won.agent) == (End.WON, Decimal(1054), "EUR", ana, "")
    assert (won.opened_at.date().isoformat(), won.closed_at.date().isoformat()) == ("2025-10-20", "2026-03-01")
    assert (lost.stage.end, lost.owner, lost.agent) == (End.LOST, boss, "Moses Frase")
    assert won.member.customer.name == "Aurora"
    assert (engaging.stage.name, engaging.member, engaging.closed_at, engaging.amount) == ("Engaging", None, None, None)
    assert (prospecting.stage.name, prospecting.told["customer"]) == ("Prospecting", "Nowhere Ltd")
    assert [one.name for one in Pipeline.objects.get().stages.order_by("place")] == [
        "Engaging",
        "Prospecting",
        "Won",
        "Lost",
    ]
    line = won.lines.get()
    assert (line.product, line.unit_price) == (product, Decimal(1054)), "GTXPro is GTX Pro"
    assert (lost.lines.get().product, lost.lines.get().name) == (None, "GTX Basic")


def test_stages_that_are_here_are_used_and_the_rest_by_what_it_means(take, aurora, boss):
    made = begin_pipeline("Sales", by=boss, at=NOW)
    take("id,name,stage,amount,currency\n1,Cork,closed won,10,EUR\n2,Mat,PROPOSAL,20,EUR\n3,Rug,,1,EUR\n", mapping=())
    stages = [one.stage.name for one in Deal.objects.order_by("external_id")]
    assert stages == ["Won", "Proposal", "Qualifying"]
    assert made.stages.count() == 6


def test_the_same_file_again_changes_nothing_and_news_change_only_what_they_say(take, aurora, ana):
    take(FILE)
    again = take(FILE)
    assert (again.skipped, again.created, again.updated) == (4, 0, 0)
    deal = Deal.objects.get(external_id="A3")
    change_deal(deal.pk, {"next_step": "Call them"}, was=None, by=ana, at=NOW)
    news = take(FILE.replace("Engaging,2025-11-25,,", "Won,2025-11-25,2026-02-20,900"))
    assert (news.updated, news.skipped) == (1, 3)
    deal.refresh_from_db()
    assert (deal.stage.end, deal.amount, deal.next_step) == (End.WON, Decimal(900), "Call them")
    assert [one.to_stage.name for one in deal.moves.order_by("pk")] == ["Engaging", "Won"]
    assert deal.lines.get().unit_price == Decimal(900)


def test_a_customer_who_comes_later_is_found_when_the_file_comes_again(take, ana):
    take(FILE)
    assert not Deal.objects.exclude(member=None).exists()
    take("id,name\n1,Aurora\n", mapping=(), kind=Kind.COMPANIES)
    again = take(FILE)
    assert (again.updated, again.skipped) == (2, 2)
    assert Deal.objects.get(external_id="A1").member.customer.name == "Aurora"


def test_all_of_it_is_taken_back_in_any_order_but_for_what_people_changed(take, aurora, ana):
    first = take(FILE)
    second = take(FILE.replace(",Engaging,2025-11-25,,", ",Won,2025-11-25,2026-02-20,900"))
    back = take_back(second)
    assert (back.state, back.undone["rows_back"]) == (State.REVERTED, 1)
    deal = Deal.objects.get(external_id="A3")
    assert (deal.stage.name, deal.amount, deal.moves.count()) == ("Engaging", None, 1)
    change_deal(Deal.objects.get(external_id="A4").pk, {"next_step": "Visit"}, was=None, by=ana, at=NOW)
    gone = take_back(first)
    assert (gone.undone["deals"], gone.undone["rows_left"]) == (3, 1)
    assert [one.external_id for one in Deal.objects.all()] == ["A4"]
    assert ImportLeft.objects.get().reason == Stay.SAID_ANEW
    assert (Move.objects.count(), DealLine.objects.count()) == (1, 1)


def test_nothing_is_left_of_it_when_nobody_touched_it(take, aurora):
    take_back(take(FILE))
    assert not Deal.objects.exists()
    assert not Move.objects.exists()
    assert not ImportTrace.objects.exclude(run__in=ImportRun.objects.filter(kind="companies")).exists()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,Cork,Won,-5,EUR,", "less than nothing"),
        ("1,Cork,Won,5,,", "without a currency"),
        ("1,Cork,Won,5,EUR,250", "no probability"),
    ],
)
def test_what_can_not_be_is_handed_back_with_its_reason(take, row, why):
    run = take(f"id,name,stage,amount,currency,probability\n{row}\n", mapping=())
    assert run.failed == 1
    assert why in ImportFailure.objects.get(run=run).reason
    assert not Deal.objects.exists()


def test_somebody_elses_deal_is_not_rewritten(take, aurora, nils, boss, ana):
    take(FILE)
    edit(Customer.objects.get(name="Aurora"), {"owner": ana.email}, by=boss, at=NOW)
    run = take(FILE.replace("1054", "9"), by=nils)
    assert run.failed == 2
    assert Deal.objects.get(external_id="A1").amount == Decimal(1054)


def test_a_file_of_deals_is_known_as_one(tmp_path):
    path = tmp_path / "pipeline.csv"
    path.write_text(FILE)
    assert kind_of(path, "sales_pipeline.csv") == Kind.DEALS


def test_a_deal_of_an_unknown_customer_can_be_worked_on_and_is_found(take, boss, signed_in):
    take(FILE)
    deal, client = Deal.objects.get(external_id="A4"), signed_in(boss)
    page = client.get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert "customer unknown (Nowhere Ltd)" in page
    listed = client.get(reverse("sales:deals"), {"customer.empty": "yes", "state": "open"}).content.decode()
    assert "Mystery" in listed
    assert client.get(reverse("sales:board")).status_code == 200
