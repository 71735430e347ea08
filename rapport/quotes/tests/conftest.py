"""A small cast: a customer, a deal about two products, and a quote of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product, Tax, TaxRate
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.quotes.write_quote import write_quote
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.set_lines import LineWish, set_lines
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.receive import receive

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def marta(db):
    party = Party((Clue("email", "marta@aurora.example"),))
    arrival = Inbound("pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (party,))
    made = Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)
    return edit(made, {"name": "Marta Oliveira"}, by=None, at=NOW)


@pytest.fixture
def machine(db):
    tax = Tax.objects.create(name="VAT")
    TaxRate.objects.create(tax=tax, percent=19, since=date(2020, 1, 1))
    made = Product.objects.create(number="CM-200", name="Coffee machine", sort_key="c", unit="piece", tax=tax)
    kept = PriceList.objects.create(name="Retail", currency="EUR")
    Price.objects.create(price_list=kept, product=made, amount=2000)
    return made


@pytest.fixture
def care(machine):
    return Product.objects.create(number="CARE", name="Care plan", sort_key="d", every=1, tax=machine.tax)


@pytest.fixture
def deal(marta, boss, ana, machine, care):
    stage = begin_pipeline("New business", by=boss, at=NOW).stages.order_by("place")[0]
    new = NewDeal("Coffee corner", stage, ana, None, "", next_step="Call her")
    made = open_deal(new, customer=marta, by=ana, at=NOW)
    wishes = [LineWish(machine, Decimal(3), Decimal(2000)), LineWish(care, Decimal(3), Decimal("19.90"), months=24)]
    set_lines(made.pk, wishes, currency="EUR", seen=None, by=ana, at=NOW)
    made.refresh_from_db()
    return made


@pytest.fixture
def quote(deal, ana):
    return write_quote(deal, by=ana, at=NOW, today=TODAY)
