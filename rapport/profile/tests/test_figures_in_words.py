"""Figures and conditions that rooms publish are told in the reader's language."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from rapport.customers.models import Condition, Customer, Figure, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.lib.identifiers import normalise
from rapport.profile.worth import conditions_of, worth_of
from rapport.sales.figures import GAP, SPEND
from rapport.timeline.silence import SILENT, in_words


@pytest.fixture
def published(db):
    now = timezone.now()
    known = normalise("email", "marta@aurora.example")
    given = RecordIn("crm", "M", Kind.PERSON, claims({"name": "Marta Oliveira"}), (known,))
    marta = Customer.objects.get(pk=register([given], by=None, at=now)[0].customer_id)
    Figure.objects.create(customer=marta, name=SPEND, value=Decimal(120), unit="EUR", computed_at=now)
    Figure.objects.create(customer=marta, name=GAP, value=Decimal("50.7"), unit="days", computed_at=now)
    Condition.objects.create(customer=marta, name=SILENT, since=now, evidence="used to be in touch every 12 days")
    Condition.objects.create(customer=marta, name="open complaint", since=now, evidence="call of Tuesday")
    return marta


def told(customer):
    figures = worth_of(customer.pk, [], at=timezone.now()).figures
    return (
        {(str(one.title), str(one.unit), one.is_money) for one in figures},
        {(str(one.name), one.evidence) for one in conditions_of(customer.pk)},
    )


def test_in_english(published):
    assert told(published) == (
        {("Spent, 12 months", "EUR", True), ("Between two orders", "days", False)},
        {("silent", "used to be in touch every 12 days"), ("open complaint", "call of Tuesday")},
    )


def test_in_german(published):
    with translation.override("de"):
        assert told(published) == (
            {("Umsatz, 12 Monate", "EUR", True), ("Bestellabstand", "Tage", False)},
            {("verstummt", "sonst alle 12 Tage in Kontakt"), ("offene Beschwerde", "call of Tuesday")},
        )
        assert in_words("used to be in touch every 1 days") == "sonst täglich in Kontakt"
