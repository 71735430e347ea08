"""Deals of Ana's with Marta, as many as a test wants."""

from decimal import Decimal

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.receive import receive

NOW = timezone.now()


@pytest.fixture
def marta(db):
    arrival = Inbound(
        "pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", "marta@aurora.example"),)),)
    )
    return Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)


@pytest.fixture
def pipeline(boss):
    return begin_pipeline("New business", by=boss, at=NOW)


@pytest.fixture
def opened(marta, pipeline, ana):
    stages = list(pipeline.stages.order_by("place"))

    def make(name, stage=0, amount=None, currency="EUR", **more):
        new = NewDeal(name, stages[stage], ana, Decimal(amount) if amount else None, currency, next_step="Call", **more)
        return open_deal(new, customer=marta, by=ana, at=NOW)

    return make
