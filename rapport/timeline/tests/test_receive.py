"""What arrives is on the right timeline, once, with the tallies right."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.identity.merge import merge
from rapport.timeline.models import Interaction, Spend, Superseded, Tally
from rapport.timeline.receive import Outcome, receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def call(external_id, *clues, at=NOW, **more):
    return Inbound("pbx", external_id, at, Channel.PHONE, Direction.INBOUND, "call", (Party(clues),), **more)


MARTA = Clue("email", "Marta@Aurora.example")
MOBILE = Clue("phone", "+351 912 555 014")


@pytest.mark.req("K2")
def test_a_stranger_with_a_strong_identifier_becomes_a_customer_once():
    first, again = receive([call("1", MARTA, MOBILE), call("2", MOBILE)], by=None, at=NOW)
    assert first.outcome == again.outcome == "created"
    assert first.customer_id == again.customer_id
    assert Customer.objects.get().name == "Marta@Aurora.example"


def test_the_same_thing_twice_is_known_and_changed_it_is_a_new_version():
    first = receive([call("1", MARTA, text="Hello")], by=None, at=NOW)[0]
    same = receive([call("1", MARTA, text="Hello")], by=None, at=NOW)[0]
    other = receive([call("1", MARTA, text="Hello!")], by=None, at=NOW)[0]
    assert (same.outcome, same.interaction_id, same.version) == ("known", first.interaction_id, 1)
    assert (other.outcome, other.interaction_id, other.version) == ("corrected", first.interaction_id, 2)
    assert other.customer_id == first.customer_id
    assert Superseded.objects.get().content["text"] == "Hello"
    assert Interaction.objects.get().text == "Hello!"


def test_a_repeat_within_one_batch_is_written_once():
    one = call("1", MARTA)
    outcomes = [received.outcome for received in receive([one, one, one._replace(text="new")], by=None, at=NOW)]
    assert outcomes == ["created", "known", "corrected"]
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    "clue", [Clue("email", "info@aurora.example"), Clue("phone", "+44 800 123 4567"), Clue("cookie", "c1")]
)
def test_what_many_share_founds_nobody_and_waits_unassigned(clue):
    received = receive([call("1", clue)], by=None, at=NOW)[0]
    assert received.customer_id is None
    assert Interaction.objects.unassigned().count() == 1
    assert not Customer.objects.exists()


def test_a_cookie_seen_with_a_person_leads_to_them_later():
    known = receive([call("1", MARTA, Clue("cookie", "c1"))], by=None, at=NOW)[0]
    assert receive([call("2", Clue("cookie", "c1"))], by=None, at=NOW)[0].customer_id == known.customer_id


def test_the_strongest_identifier_wins_and_the_rest_is_told():
    marta = receive([call("1", MARTA)], by=None, at=NOW)[0]
    rui = receive([call("2", MOBILE)], by=None, at=NOW)[0]
    both = receive([call("3", MOBILE, MARTA)], by=None, at=NOW)[0]
    assert both.customer_id == marta.customer_id
    assert both.conflicts == (rui.customer_id,)
    assert receive([call("3", MOBILE, MARTA)], by=None, at=NOW) == [both._replace(outcome=Outcome.KNOWN)]
    (corrected,) = receive([call("3", MOBILE, MARTA, subject="Another word")], by=None, at=NOW)
    assert (corrected.outcome, corrected.conflicts) == (Outcome.CORRECTED, (rui.customer_id,))


def test_what_was_merged_since_is_no_conflict_any_more_and_asking_again_costs_the_same_for_many():
    marta = receive([call("1", MARTA)], by=None, at=NOW)[0]
    rui = receive([call("2", MOBILE)], by=None, at=NOW)[0]
    many = [call(str(number), MOBILE, MARTA) for number in range(3, 23)]
    receive(many, by=None, at=NOW)
    with CaptureQueriesContext(connection) as one:
        receive(many[:1], by=None, at=NOW)
    with CaptureQueriesContext(connection) as all_of_them:
        assert {one.conflicts for one in receive(many, by=None, at=NOW)} == {(rui.customer_id,)}
    assert len(all_of_them) == len(one)
    customers = Customer.objects.in_bulk([marta.customer_id, rui.customer_id])
    merge(customers[marta.customer_id], customers[rui.customer_id], by=None, at=NOW)
    assert receive(many[:1], by=None, at=NOW)[0].conflicts == ()


def test_tallies_and_last_contact_are_right_for_late_arrivals_too():
    late = NOW - timedelta(days=30)
    receive([call("1", MARTA, amount=Decimal("10.50"), currency="eur")], by=None, at=NOW)
    receive([call("2", MARTA, at=late, amount=Decimal(5), currency="EUR")], by=None, at=NOW)
    tally = Tally.objects.get()
    assert (tally.count, tally.first_at, tally.last_at) == (2, late, NOW)
    assert Customer.objects.get().last_contact_at == NOW
    assert Spend.objects.get().total == Decimal("15.50")


def test_a_correction_of_the_amount_corrects_what_was_spent():
    receive([call("1", MARTA, amount=Decimal(10), currency="EUR")], by=None, at=NOW)
    receive([call("1", MARTA, amount=Decimal(8), currency="EUR")], by=None, at=NOW)
    assert Spend.objects.get().total == Decimal(8)
    assert Tally.objects.get().count == 1
