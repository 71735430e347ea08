"""Orders over the API: recorded once, with their lines and their customer."""

import json
from base64 import urlsafe_b64encode

import pytest

from rapport.customers.models import Customer
from rapport.people.models import Scope
from rapport.people.tests.programs import Program
from rapport.sales.order import OrderLine

pytestmark = pytest.mark.django_db


def order(external_id="1", *lines, **more):
    return {
        "source": "shop",
        "external_id": external_id,
        "ordered_at": "2026-03-02T09:30:00+00:00",
        "currency": "eur",
        "identifiers": [{"kind": "email", "value": "marta@aurora.example"}],
        "lines": list(lines) or [{"line": "1", "product": "Cork mat", "quantity": 2, "unit_price": "19.90"}],
        **more,
    }


@pytest.mark.req("K2")
def test_an_order_is_recorded_once_and_stands_on_the_timeline(boss):
    program = Program(boss)
    first = program.send("/orders", order())
    assert (first.status_code, first.json()["lines"]) == (201, ["created"])
    again = program.send("/orders", order())
    assert (again.status_code, again.json()["lines"]) == (200, ["skipped"])
    more = program.send("/orders", order("1", {"line": "2", "product": "Glue", "amount": 5}))
    assert (more.status_code, more.json()["lines"]) == (200, ["created"])
    (told,) = program.read("/orders", customer_id=first.json()["customer_id"]).json()["items"]
    assert (told["total"], told["currency"], len(told["lines"])) == ("44.8", "EUR", 2)
    assert program.read(f"/orders/{told['id']}").json() == told
    newest = program.read(f"/customers/{first.json()['customer_id']}/timeline").json()["items"][0]
    assert (newest["kind"], newest["amount"], newest["version"]) == ("order", "44.8", 2)


def test_orders_go_on_where_the_page_ended(boss):
    program = Program(boss)
    for number in range(5):
        assert program.send("/orders", order(str(number))).status_code == 201
    seen, after = [], ""
    while after is not None:
        page = program.read("/orders", limit=2, after=after).json()
        seen += [one["external_id"] for one in page["items"]]
        after = page["next"]
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"lines": []}, "#/lines"),
        ({"lines": [{"product": "x"}]}, "#/lines/0/amount"),
        ({"lines": [{"amount": 1, "qty": 2}]}, "#/lines/0/qty"),
        ({"currency": "EURO"}, "#/currency"),
        ({"ordered_at": "2026-03-02"}, "#/ordered_at"),
        ({"lines": [{"quantity": 10**13, "unit_price": 10**13}]}, "#/lines/0/amount"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(boss, wrong, pointer):
    answer = Program(boss).send("/orders", order(**wrong))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.req("G5")
def test_another_teams_order_is_not_there(ana, nils):
    done = Program(ana).send("/orders", order()).json()
    Program(ana).send(f"/customers/{done['customer_id']}", {"team": "Iberia"}, "PATCH")
    assert Program(nils).read("/orders").json()["items"] == []
    assert Program(nils).read(f"/orders/{done['id']}").status_code == 404


@pytest.mark.req("G5")
def test_another_teams_order_is_not_rewritten_by_who_knows_its_number(boss, ana, nils):
    Program(boss).send("/orders", order())
    Customer.objects.update(scope=Scope.objects.get(team=ana.team), team=ana.team)
    lines = list(OrderLine.objects.values())
    assert Program(nils).send("/orders", order("1", {"product": "Yacht", "amount": "0.01"})).status_code == 422
    assert list(OrderLine.objects.values()) == lines


def test_lines_that_together_come_to_too_much_are_refused(boss):
    lines = [{"line": str(number), "amount": "60000000000000"} for number in range(2)]
    answer = Program(boss).send("/orders", order("1", *lines))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/lines")


@pytest.mark.parametrize("place", [[10**30], [-1], ["1"], [True]])
def test_a_place_that_was_made_up_leads_nowhere(boss, place):
    after = urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    assert Program(boss).read("/orders", after=after).status_code == 422
