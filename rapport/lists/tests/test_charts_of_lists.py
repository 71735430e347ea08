"""Charts over every list: they add up, currencies stay apart, each bar leads to its records, and programs read them."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.customers.models import Customer
from rapport.fields.declare import Wish, declare
from rapport.lists.chart import asked_of
from rapport.lists.models import View
from rapport.lists.read_chart import CURRENCIES, read_chart
from rapport.lists.record_list import record_list, record_lists
from rapport.people.models import Brand, LegalEntity
from rapport.people.tests.programs import Program
from rapport.sales.order import Order
from rapport.sales.tests.test_figures import bought
from rapport.timeline.models import Interaction
from rapport.timeline.tests.test_listed import came
from rapport.ui.patience import TooLongError

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
NOW = timezone.now()
SUMS = [("orders", "total"), ("interactions", "amount"), ("customers", "x-budget")]


@pytest.fixture
def house(boss, ana):
    """Orders in three currencies and in none, mail, tasks, and customers with fields of their own."""
    rng = random.Random(3)  # noqa: S311
    brand = Brand.objects.create(name="Aurora", legal_entity=LegalEntity.objects.create(name="Aurora Lda"))
    for number, currency in enumerate(("EUR", "EUR", "GBP", "", "USD", "EUR")):
        bought(number * 40, 10 + number, f"m{number % 3}", currency=currency)
    came("m0", 1, 2, 50, subject="Hello")
    Order.objects.filter(external_id="m00").update(brand=brand, total=-4)
    Interaction.objects.filter(order=None).update(author=boss)
    for name, kind in (("Budget", "money"), ("Size", "text"), ("Since", "date"), ("Vip", "flag"), ("Knows", "user")):
        declare(kind, Wish(name, "all"))
    declare("choice", Wish("Plan", "all"), ("Small", "Large"))
    for number, one in enumerate(Customer.objects.order_by("pk")):
        one.extra = {
            "size": rng.choice(["big", "Big", "a, b"]),
            "since": f"2026-0{1 + number}-11",
            "vip": number == 1,
            "knows": ana.pk,
        } | ({"budget": {"amount": 12.5 + number, "currency": "EUR" if number else "CHF"}} if number < 2 else {})
        one.save()
        made = {"member": one.members.first(), "created_by": boss if number else None, "assignee": ana}
        Task.objects.create(title="Call", due_at=NOW + timedelta(days=number) if number else None, **made)
    Task.objects.filter(created_by=None).update(done_at=NOW)
    return boss


def drawn(name, text, reader, state=""):
    kept = record_list(name, reader)
    return read_chart(asked_of(kept.charts(reader), text), kept.chosen(state, reader), state=state)


@pytest.mark.parametrize("name", ["customers", "interactions", "tasks", "orders", "trash"])
def test_by_everything_the_bars_add_up_and_lead_to_their_records(house, name):
    kept = record_list(name, house)
    charts = kept.charts(house)
    asked = 0
    for axis in charts.axes:
        for amount in ("", *(one.name for one in charts.amounts)):
            told = drawn(name, f"{axis.name}/month/{amount}", house)
            assert told.count == kept.rows(house).count()
            assert sum(part.whole.count for part in told.parts) + told.without == told.count
            for part in told.parts:
                assert sum(one.count for one in part.bars) == part.whole.count
                assert amount == "" or sum(one.total or 0 for one in part.bars) == part.whole.total
                for bar in (one for one in part.bars if "," not in one.label):
                    assert kept.chosen(bar.state, house).count() == bar.count, bar.state
                    asked += 1
    assert asked or name == "trash"


@pytest.mark.parametrize(("name", "amount"), SUMS)
def test_currencies_are_never_mixed(house, name, amount):
    kept = record_list(name, house)
    axis = kept.charts(house).axes[0].name
    told = {part.currency: part.whole.total for part in drawn(name, f"{axis}//{amount}", house).parts}
    if name == "customers":
        assert told == {"CHF": Decimal("12.5"), "EUR": Decimal("13.5")}
    else:
        rows = Order.objects.values_list("currency", "total")
        if name == "interactions":
            rows = Interaction.objects.exclude(amount=None).values_list("currency", "amount")
        assert set(told) == {"EUR", "GBP", "USD", ""}
        assert told == {one: sum(total for currency, total in rows if currency == one) for one in told}


def test_a_page_shows_each_currency_with_its_own_bars(house, signed_in):
    page = signed_in(house).get(reverse("lists:chart", args=["orders"]), {"chart": "brand//total"}).content.decode()
    assert [f">{one}</h2>" in page for one in ("EUR", "GBP", "USD", "without a currency")] == [True] * 4
    assert "€26.00" in page
    assert "€22.00" in page


def test_of_many_currencies_those_of_the_most_rows_are_shown_and_the_rest_is_counted(house):
    first = Order.objects.first()
    for number in range(12):
        bought(700 + number, 1, "m9", currency=f"X{chr(65 + number)}X")
    told = drawn("orders", "source//total", house)
    assert len(told.parts) == CURRENCIES
    assert told.parts[0].currency == "EUR"
    assert told.beyond == Order.objects.count() - sum(one.whole.count for one in told.parts)
    assert first.total == -4


@pytest.mark.req("G5")
def test_what_one_may_not_see_is_in_no_bar_of_any_list(house, nils, iberia):
    Customer.objects.update(team=iberia, scope=iberia.scope)
    counts = {one.name: drawn(one.name, "", nils).count for one in record_lists() if nils.allows(one.needs)}
    assert {counts[name] for name in ("customers", "interactions", "tasks", "orders")} == {0}


@pytest.mark.req("T2")
def test_a_program_reads_the_chart_of_a_view(house):
    program = Program(house)
    view = View.objects.create(
        listing="orders", name="Months", state="currency=EUR&chart=ordered/year/total", owner=house
    )
    told = program.read(f"/views/{view.pk}/chart").json()
    assert (told["by"], told["step"], told["sum"], told["count"]) == ("ordered", "year", "total", 3)
    (part,) = told["parts"]
    assert (part["currency"], Decimal(part["total"])) == ("EUR", Decimal(22))
    assert all(one["state"].startswith("currency=EUR&ordered.between=") for one in part["bars"])
    other = program.read(f"/views/{view.pk}/chart", by="brand").json()
    assert [(one["label"], one["count"]) for one in other["parts"][0]["bars"]] == [("", 2), ("Aurora", 1)]
    assert [program.read(f"/views/{view.pk}/chart", **{name: "x"}).status_code for name in ("by", "sum", "step")] == [
        422
    ] * 3
    listed = {one["name"]: one for one in program.read("/lists").json()["items"]}
    assert [one["name"] for one in listed["orders"]["chart_sums"]] == ["total"]


def test_a_program_is_told_that_a_chart_takes_too_long(house, monkeypatch):
    def stopped(*_arguments):
        raise TooLongError

    monkeypatch.setattr("rapport.lists.read_chart.grouped", stopped)
    view = View.objects.create(listing="orders", name="All", state="", owner=house)
    answer = Program(house).read(f"/views/{view.pk}/chart")
    assert (answer.status_code, "too many rows" in answer.json()["detail"]) == (422, True)
