"""What a deal is about: lines said, changed, taken back; the amount follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.catalogue.keep_product import keep_product
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.journal.change import Change
from rapport.people.tests.programs import Program
from rapport.sales.change_deal import change_deal
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.set_lines import LineWish, Otherwise, seen_as, set_lines
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
NOW = timezone.now()


@pytest.fixture
def deal(boss, ana):
    party = Party((Clue("email", "marta@aurora.example"),))
    arrival = Inbound("pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (party,))
    marta = Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)
    stage = begin_pipeline("New business", by=boss, at=NOW).stages.order_by("place")[0]
    new = NewDeal("Coffee corner", stage, ana, Decimal(500), "EUR", next_step="Call her")
    return open_deal(new, customer=marta, by=ana, at=NOW)


@pytest.fixture
def machine(db):
    return kept("CM-200", "Coffee machine", unit="piece")


@pytest.fixture
def care(db):
    return kept("CARE", "Care plan", every=3)


def kept(number, name, **more):
    made = Product(number=number, name=name, **more)
    keep_product(made, by=None, at=NOW)
    return made


def sent(was, *lines, first=0, **more):
    given = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": first, "was": was, "currency": "EUR"}
    for place, line in enumerate(lines):
        given |= {f"lines-{place}-{name}": value for name, value in line.items()}
    return given | more


def test_products_are_put_in_the_amount_follows_and_undo_brings_it_back(ana, deal, machine, care, signed_in):
    client, address = signed_in(ana), reverse("sales:lines", args=[deal.pk])
    answer = client.post(
        address,
        sent(
            seen_as([]),
            {"product": "CM-200 · Coffee machine", "quantity": "3", "unit_price": "1899.99", "discount": "10"},
            {"product": "care", "quantity": "3", "unit_price": "45", "months": "36"},
            {"name": "Delivery", "unit_price": "120"},
            {},
        ),
    )
    assert answer.headers["Location"] == reverse("sales:deal", args=[deal.pk])
    deal.refresh_from_db()
    # 3 × 1899.99 less a tenth, 3 × 45 twelve times, 120.
    assert deal.amount == Decimal("5129.97") + 12 * Decimal(135) + 120
    assert [(one.name, one.every, one.months) for one in deal.lines.in_order()] == [
        ("Coffee machine", None, None),
        ("Care plan", 3, 36),
        ("Delivery", None, None),
    ]
    page = client.get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert "5,129.97" in page
    assert "every quarter" in page
    assert "6,869.97" in page
    client.post(reverse("changes:undo", args=[Change.objects.latest("pk").pk]))
    deal.refresh_from_db()
    assert (deal.amount, deal.lines.count()) == (500, 0)


def test_a_line_taken_out_is_brought_back_by_undo_as_it_was(ana, deal, machine, care, signed_in):
    wishes = [LineWish(machine, Decimal(2), Decimal(100)), LineWish(care, Decimal(1), Decimal(30), months=6)]
    set_lines(deal.pk, wishes, currency="EUR", seen=None, by=ana, at=NOW)
    client, address = signed_in(ana), reverse("sales:lines", args=[deal.pk])
    assert 'value="CARE · Care plan"' in client.get(address).content.decode()
    lines = list(deal.lines.in_order())
    first = {"product": "CM-200", "quantity": "2", "unit_price": "100", "DELETE": "on"}
    second = {"product": "CARE", "quantity": "1", "unit_price": "30", "months": "6"}
    client.post(address, sent(seen_as(lines), first, second, first=2))
    deal.refresh_from_db()
    assert (deal.amount, [one.name for one in deal.lines.all()]) == (60, ["Care plan"])
    client.post(reverse("changes:undo", args=[Change.objects.latest("pk").pk]))
    deal.refresh_from_db()
    assert (deal.amount, [one.pk for one in deal.lines.in_order()]) == (260, [one.pk for one in lines])


def test_who_comes_second_is_shown_what_stands_there_and_loses_nothing(ana, deal, machine, signed_in):
    seen = seen_as([])
    set_lines(deal.pk, [LineWish(machine, Decimal(1), Decimal(100))], currency="EUR", seen=seen, by=ana, at=NOW)
    assert isinstance(set_lines(deal.pk, [], currency="EUR", seen=seen, by=ana, at=NOW), Otherwise)
    address = reverse("sales:lines", args=[deal.pk])
    answer = signed_in(ana).post(address, sent(seen, {"name": "Delivery", "unit_price": "7.25"}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 × Coffee machine" in page
    assert 'value="7.25"' in page
    assert DealLine.objects.get().product == machine


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"product": "nothing like it", "unit_price": "1"}, "no product of this number"),
        ({"product": "CM-200"}, "What does one cost?"),
        ({"name": "Delivery", "unit_price": "-1"}, "greater than or equal to 0"),
        ({"name": "Delivery", "unit_price": "1", "quantity": "0"}, "More than nothing"),
        ({"name": "Delivery", "unit_price": "1", "discount": "101"}, "less than or equal to 100"),
        ({"name": "Delivery", "unit_price": "1", "months": "12"}, "again and again"),
        ({"product": "CARE", "unit_price": "1", "months": "4"}, "every quarter"),
        ({"name": "Delivery", "unit_price": "9999999999", "quantity": "99999999"}, "too much"),
        ({"name": "\x00", "unit_price": "1"}, "Null characters"),
    ],
)
def test_nonsense_is_told_by_its_field_and_nothing_is_written(ana, deal, machine, care, signed_in, line, words):
    answer = signed_in(ana).post(reverse("sales:lines", args=[deal.pk]), sent(seen_as([]), line))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not DealLine.objects.exists()


def test_an_amount_that_follows_its_lines_is_changed_by_them_only(ana, deal, machine, signed_in):
    set_lines(deal.pk, [LineWish(machine, Decimal(1), Decimal(100))], currency="EUR", seen=None, by=ana, at=NOW)
    page = signed_in(ana).get(reverse("sales:change", args=[deal.pk])).content.decode()
    assert "It follows the products" in page
    change_deal(deal.pk, {"amount": Decimal(9), "name": "Bar"}, was=None, by=ana, at=NOW + timedelta(minutes=1))
    assert (Deal.objects.get().amount, Deal.objects.get().name) == (100, "Bar")


def test_over_the_api_lines_are_read_and_said_anew(ana, deal, care):
    program, address = Program(ana), f"/deals/{deal.pk}/lines"
    seen = program.read(address).json()["seen"]
    body = {
        "lines": [{"product_id": care.pk, "unit_price": "12.345", "quantity": "3"}, {"name": "Fee", "unit_price": 5}],
        "seen": seen,
    }
    said = program.send(address, body, verb="PUT")
    assert said.status_code == 200, said.content
    told = said.json()
    assert (told["amount"], told["currency"]) == ("153.16", "EUR")
    assert [(one["amount"], one["whole"], one["months"]) for one in told["lines"]] == [
        ("37.04", "148.16", 12),
        ("5", "5", None),
    ]
    assert program.send(address, body, verb="PUT").status_code == 409
    bad = {"lines": [{"product_id": care.pk, "unit_price": "1", "months": 4}]}
    answer = program.send(address, bad, verb="PUT")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/lines/0/months")
    change = program.send(f"/deals/{deal.pk}", {"amount": "1"}, verb="PATCH")
    assert change.status_code == 422


def test_lines_of_a_deal_one_does_not_see_are_not_found(nils, deal, ana, iberia, signed_in):
    Customer.objects.update(scope=iberia.scope)
    assert signed_in(nils).get(reverse("sales:lines", args=[deal.pk])).status_code == 404
    assert not DealLine.objects.visible_to(nils).exists()


def test_a_price_that_is_not_typed_is_that_of_the_lists(ana, deal, machine, signed_in):
    kept_list = PriceList.objects.create(name="Retail", currency="EUR")
    Price.objects.create(price_list=kept_list, product=machine, amount=1900)
    Price.objects.create(price_list=kept_list, product=machine, amount=1700, from_quantity=5)
    signed_in(ana).post(
        reverse("sales:lines", args=[deal.pk]),
        sent(seen_as([]), {"product": "CM-200", "quantity": "2"}, {"product": "CM-200", "quantity": "5"}),
    )
    assert [one.unit_price for one in deal.lines.in_order()] == [1900, 1700]
