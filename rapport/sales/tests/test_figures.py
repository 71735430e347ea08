"""Figures say what a customer spends and how often they order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from rapport.channels.inbound import Clue, Party
from rapport.customers.models import Customer, Figure
from rapport.identity.merge import merge
from rapport.sales.figures import GAP, ORDERS, SPEND, refresh, refresh_all
from rapport.sales.record_orders import LineIn, OrderIn, record_orders

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def bought(days_ago, amount, who="marta", currency="EUR"):
    line = LineIn("1", "Beans", Decimal(1), Decimal(amount), Decimal(amount))
    party = Party((Clue("email", f"{who}@aurora.example"),))
    at = NOW - timedelta(days=days_ago)
    record_orders([OrderIn("erp", f"{who}{days_ago}", at, party, (line,), currency)], by=None, at=NOW)
    return Customer.objects.get(members__identifiers__key=f"{who}@aurora.example")


def figures(one):
    return {(row.name, row.unit): row.value for row in Figure.objects.filter(customer=one)}


def test_spend_orders_and_the_days_between_are_computed_per_currency():
    for days, amount, currency in ((500, 100, "EUR"), (200, 40, "EUR"), (100, 60, "EUR"), (20, 30, "GBP")):
        marta = bought(days, amount, currency=currency)
    refresh_all(at=NOW)
    assert figures(marta) == {(SPEND, "EUR"): 100, (SPEND, "GBP"): 30, (ORDERS, ""): 3, (GAP, "days"): 160}


def test_a_cancellation_lowers_the_spend_and_is_no_order():
    bought(30, 80)
    marta = bought(28, -80)
    refresh([marta.pk], at=NOW)
    assert figures(marta) == {(SPEND, "EUR"): 0, (ORDERS, ""): 1}


def test_what_is_longer_ago_than_a_year_is_taken_away():
    marta = bought(300, 80)
    refresh([marta.pk], at=NOW)
    assert figures(marta)
    refresh([marta.pk], at=NOW + timedelta(days=100))
    assert not figures(marta)


def test_orders_and_merges_refresh_them_in_the_background(boss, run_jobs):
    marta, rui = bought(30, 80), bought(20, 50, who="rui")
    merge(marta, rui, by=boss, at=NOW)
    run_jobs()
    assert Figure.objects.get(customer=marta, name=SPEND).value == 130
    assert not figures(rui)
