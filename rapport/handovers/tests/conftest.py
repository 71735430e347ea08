"""A small cast: a deal that is won, a plan of two stations, and who receives at each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.handovers.plan import Duty, Known, Plan, Point, Station
from rapport.people.add_team import add_team
from rapport.people.models import User
from rapport.sales.move_deal import move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.receive import receive

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def marta(db):
    party = Party((Clue("email", "marta@aurora.example"),))
    arrival = Inbound("pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (party,))
    made = Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)
    return edit(made, {"name": "Marta Oliveira"}, by=None, at=NOW)


@pytest.fixture
def pipeline(boss):
    return begin_pipeline("New business", by=boss, at=NOW)


@pytest.fixture
def begun(marta, ana, pipeline):
    stage = pipeline.stages.order_by("place")[0]
    return open_deal(
        NewDeal("Coffee corner", stage, ana, next_step="Install before May"), customer=marta, by=ana, at=NOW
    )


@pytest.fixture
def deal(begun, ana):
    return won(begun, ana)


def won(deal, by, at=NOW):
    stage = deal.pipeline.stages.get(end=End.WON)
    brought = {"amount": 1200, "currency": "EUR"}
    return move_deal(deal.pk, stage, seen=None, brought=brought, by=by, at=at).deal


@pytest.fixture
def plan(pipeline):
    made = Plan.objects.create(name="Machines", pipeline=pipeline)
    onboarding = Station.objects.create(plan=made, name="Onboarding", team=add_team("Onboarding"), hours=8, place=1)
    service = Station.objects.create(plan=made, name="Service", team=add_team("Service"), hours=24, place=2)
    Point.objects.create(station=onboarding, name="What was promised", place=1)
    Point.objects.create(station=onboarding, name="Deadlines", known=Known.DAYS, place=2)
    Point.objects.create(station=onboarding, name="Risks", required=False, place=3)
    Point.objects.create(station=service, name="What is still open")
    Duty.objects.create(station=onboarding, name="Introduce yourself", days=2)
    return made


@pytest.fixture
def onboarding(plan):
    return plan.stations.get(name="Onboarding")


@pytest.fixture
def olga(onboarding):
    return User.objects.create(email="olga@rapport.example", name="Olga", role_id="agent", team=onboarding.team)


@pytest.fixture
def otto(onboarding):
    return User.objects.create(email="otto@rapport.example", name="Otto", role_id="agent", team=onboarding.team)
