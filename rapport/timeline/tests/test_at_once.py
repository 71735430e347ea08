"""Several writers at the same moment: nothing doubled, nothing lost, nobody stuck."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer, Identifier
from rapport.identity.merge import merge
from rapport.timeline.models import Interaction, Spend, Tally
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def batch(customers, each, prefix=""):
    return [
        Inbound(
            "shop",
            f"{prefix}{customer}-{number}",
            NOW,
            Channel.STORE,
            Direction.INBOUND,
            "order",
            (Party((Clue("email", f"c{customer}@x.example"),)),),
            amount=Decimal(1),
            currency="EUR",
        )
        for number in range(each)
        for customer in range(customers)
    ]


def deliver(inbounds):
    try:
        return [one.outcome for one in receive(inbounds, by=None, at=NOW)]
    finally:
        connection.close()


def test_the_same_batch_from_eight_clients_at_once_is_written_once():
    with ThreadPoolExecutor(8) as clients:
        outcomes = list(clients.map(deliver, [batch(20, 10)] * 8))
    assert sum(outcome == "created" for client in outcomes for outcome in client) == 200
    assert Interaction.objects.count() == 200
    assert Customer.objects.count() == Identifier.objects.count() == 20
    assert set(Tally.objects.values_list("count", flat=True)) == {10}


def test_different_batches_about_the_same_customers_in_any_order_all_arrive():
    batches = [batch(20, 5, prefix=f"{client}:")[:: 1 if client % 2 else -1] for client in range(8)]
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(deliver, batches))
    assert Customer.objects.count() == 20
    assert {spend.total for spend in Spend.objects.all()} == {Decimal(40)}


def test_what_arrives_while_two_customers_are_merged_is_on_the_survivor():
    deliver(batch(2, 1))
    first, second = Customer.objects.order_by("pk")

    def join():
        try:
            merge(first, second, by=None, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clients:
        writers = [clients.submit(deliver, batch(2, 20, prefix=f"{client}:")) for client in range(3)]
        clients.submit(join).result()
        for writer in writers:
            writer.result()
    survivor = Customer.objects.living().get()
    spent = Spend.objects.filter(member__customer=survivor)
    assert sum(spend.total for spend in spent) == Decimal(122)
