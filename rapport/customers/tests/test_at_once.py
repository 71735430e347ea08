"""Two people at one record in the same moment: one is served, the other is told, nobody meets an error."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from rapport.customers.correct import correct
from rapport.customers.create import Newborn, create
from rapport.customers.identify import identify, unidentify
from rapport.customers.models import Customer, Identifier, Kind
from rapport.customers.records import RecordIn
from rapport.customers.share import share
from rapport.lib.identifiers import normalise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("K1")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MARTA = normalise("email", "marta@x.example")


def put(name, *addresses):
    record = RecordIn("crm", name, Kind.PERSON, {"name": name}, ())
    born = create([Newborn(record, [normalise("email", address) for address in addresses])], at=NOW)
    return Customer.objects.get(pk=born[0].customer_id)


@contextmanager
def meanwhile(verb, *given, **said):
    """Run ``verb`` beside the block, whose transaction is committed only when ``verb`` waits for it; its answer."""

    def other():
        try:
            return verb(*given, **said, by=None, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as people:
        answer = []
        with transaction.atomic():
            yield answer
            told = people.submit(other)
            while not told.done() and not somebody_waits():
                time.sleep(0.01)
        answer.append(told.result(timeout=10))


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_an_address_that_two_correct_theirs_to_goes_to_the_first():
    one, other = put("Marta", "marta@x.exmaple"), put("Marta L.", "marta@x.exampel")
    first, second = Identifier.objects.order_by("pk")
    with meanwhile(correct, second, MARTA) as answer:
        done = correct(first, MARTA, by=None, at=NOW)
    assert done.fresh
    assert (answer[0].identifier, answer[0].holder, answer[0].fresh) == (first, one.pk, False)
    second.refresh_from_db()
    assert (second.key, second.member.customer) == ("marta@x.exampel", other)


def test_two_addresses_of_one_customer_that_are_corrected_alike_stay_two():
    put("Marta", "marta@x.exmaple", "marta@x.exampel")
    first, second = Identifier.objects.order_by("pk")
    with meanwhile(correct, second, MARTA) as answer:
        correct(first, MARTA, by=None, at=NOW)
    assert answer[0].identifier == first
    first.refresh_from_db()
    assert (first.key, Identifier.objects.count()) == ("marta@x.example", 2)


def test_two_who_want_to_exchange_their_addresses_at_once_are_both_told():
    put("Marta", "marta@x.example"), put("Rui", "rui@x.example")
    first, second = Identifier.objects.order_by("pk")

    def exchange(one, wanted):
        try:
            return correct(one, normalise("email", wanted), by=None, at=NOW)
        finally:
            connection.close()

    for _round in range(10):
        with ThreadPoolExecutor(2) as people:
            told = [people.submit(exchange, first, "rui@x.example"), people.submit(exchange, second, "marta@x.example")]
        assert [one.result().fresh for one in told] == [False, False]
    assert list(Identifier.objects.order_by("pk").values_list("key", flat=True)) == ["marta@x.example", "rui@x.example"]


def test_what_was_taken_away_is_not_corrected():
    put("Marta", "marta@x.exmaple")
    own = Identifier.objects.get()
    with meanwhile(correct, own, MARTA) as answer:
        unidentify(Identifier.objects.get(), by=None, at=NOW)
    assert answer == [None]
    assert not Identifier.objects.exists()


def test_an_address_becomes_ones_own_only_while_nobody_else_has_it():
    put("Marta", "marta@x.example")
    own, rui = Identifier.objects.get(), put("Rui")
    share(own, shared=True, by=None, at=NOW)
    with meanwhile(share, own, shared=False) as answer:
        assert identify(rui, MARTA, by=None, at=NOW).fresh
    assert answer == [False]
    own.refresh_from_db()
    assert own.strength == "weak"
