"""What became of orders: delivered in parts, invoiced, paid."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.channels.inbound import Clue, Party
from rapport.people.tests.programs import Program
from rapport.sales.fulfil import lines_of
from rapport.sales.fulfilment import Billing, Delivery
from rapport.sales.order import Order
from rapport.sales.record_orders import LineIn, OrderIn, record_orders

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
NOW = timezone.now()


@pytest.fixture
def order(db):
    lines = (
        LineIn("1", "Coffee machine", Decimal(3), Decimal(2000), Decimal(6000)),
        LineIn("2", "Beans", Decimal("2.5"), Decimal(20), Decimal(50)),
    )
    party = Party((Clue("email", "marta@aurora.example"),))
    wish = OrderIn("shop", "4711", datetime(2026, 3, 2, tzinfo=UTC), party, lines, "EUR")
    (done,) = record_orders([wish], by=None, at=NOW)
    return Order.objects.get(pk=done.order_id)


def left(order):
    return {one.line.line: one.rest for one in lines_of(order)}


def test_it_is_delivered_in_parts_until_nothing_is_left(ana, order, signed_in):
    client, address = signed_in(ana), reverse("sales:add_delivery", args=[order.pk])
    machine, beans = (one.line.pk for one in lines_of(order))
    page = client.get(reverse("sales:order", args=[order.pk])).content.decode()
    assert "Nothing delivered yet" in page
    assert client.post(address, {"on": "2026-03-04", f"line-{machine}": "1", f"line-{beans}": "2.5"}).status_code == 302
    assert left(order) == {"1": 2, "2": 0}
    more = client.post(address, {"on": "2026-03-05", f"line-{machine}": "3"})
    assert more.status_code == 422
    assert "No more than was ordered" in more.content.decode()
    client.post(address, {"on": "2026-03-05", f"line-{machine}": "2", "note": "By van"})
    assert left(order) == {"1": 0, "2": 0}
    page = client.get(reverse("sales:order", args=[order.pk])).content.decode()
    assert "By van" in page
    assert "Note delivery" not in page


def test_what_comes_back_is_no_longer_delivered(ana, order, signed_in):
    client, address = signed_in(ana), reverse("sales:add_delivery", args=[order.pk])
    machine = lines_of(order)[0].line.pk
    client.post(address, {"on": "2026-03-04", f"line-{machine}": "2"})
    client.post(address, {"on": "2026-03-09", f"line-{machine}": "-1"})
    assert left(order)["1"] == 2
    assert client.post(address, {"on": "2026-03-09", f"line-{machine}": "-2"}).status_code == 422


def test_an_order_told_again_keeps_what_was_delivered(ana, order):
    Program(ana).send(f"/orders/{order.pk}/deliveries", {"lines": [{"line": "1", "quantity": 1}]})
    party = Party((Clue("email", "marta@aurora.example"),))
    again = LineIn("1", "Coffee machine", Decimal(4), Decimal(2000), Decimal(8000))
    record_orders([OrderIn("shop", "4711", order.ordered_at, party, (again,), "EUR")], by=None, at=NOW)
    assert left(order)["1"] == 3


def test_its_invoice_goes_from_open_to_paid_and_each_step_says_who_and_when(ana, order, signed_in):
    client, address = signed_in(ana), reverse("sales:add_billing", args=[order.pk])
    client.post(address, {"state": "invoiced", "reference": "R-1"})
    assert client.post(address, {"state": "part"}).status_code == 422
    assert client.post(address, {"state": "part", "paid": "6050"}).status_code == 422
    client.post(address, {"state": "part", "paid": "1000"})
    for _ in range(2):
        client.post(address, {"state": "paid"})
    told = [(one.state, one.paid, one.reference, one.by) for one in Billing.objects.order_by("pk")]
    assert told == [("invoiced", None, "R-1", ana), ("part", 1000, "R-1", ana), ("paid", None, "R-1", ana)]
    listed = client.get(f"{reverse('sales:list')}?invoice=paid").content.decode()
    assert "4711" in listed
    assert "Paid" in listed
    assert "4711" not in client.get(f"{reverse('sales:list')}?invoice=open").content.decode()


def test_over_the_api_a_warehouse_and_the_books_tell(ana, rita, order):
    program = Program(ana)
    sent = program.send(f"/orders/{order.pk}/deliveries", {"lines": [{"line": "2", "quantity": "1.5"}]})
    assert sent.json()["lines"][1] == {"line": "2", "ordered": "2.5", "delivered": "1.5"}
    wrong = program.send(f"/orders/{order.pk}/deliveries", {"lines": [{"line": "9", "quantity": 1}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/lines/0/line")
    program.send(f"/orders/{order.pk}/billing", {"state": "part", "paid": "50", "reference": "R-7"})
    told = Program(rita).read(f"/orders/{order.pk}/fulfilment").json()
    assert (told["invoice"], told["paid"], told["reference"]) == ("part", "50", "R-7")
    assert Program(rita).send(f"/orders/{order.pk}/billing", {"state": "paid"}).status_code == 403


def test_another_team_finds_none_of_it(nils, ana, order, iberia, signed_in):
    type(order.member.customer).objects.filter(pk=order.member.customer_id).update(scope=iberia.scope)
    assert signed_in(nils).get(reverse("sales:order", args=[order.pk])).status_code == 404
    assert not Delivery.objects.visible_to(nils).exists()
