"""Withdrawals race with what is being sent: nothing arrives after one was acknowledged. Longer in `bench/gate.py`."""

import pytest

from bench.race import interleave, people
from rapport.consent.models import Message, State
from rapport.consent.tests.peer import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_arrives_after_a_withdrawal_was_acknowledged(ana, seed):
    with serving() as peer:
        told = interleave(peer, people(8), by=ana, deliveries=40, seed=seed)
    assert told.late == []
    assert told.doubled == []
    assert told.arrived + told.refused == 40
    assert told.withdrawn > 0
    assert Message.objects.filter(state=State.SENT).count() == told.arrived
