"""One pair decided eight times in one moment: one decision stands, the others are told, nobody meets an error."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from rapport.identity.models import Merge, Pair
from rapport.identity.suspect import suspect
from rapport.identity.tests.test_duplicates import customer
from rapport.journal.models import Event, Fact
from rapport.people.tests.programs import Program
from rapport.timeline.tests.test_at_once import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("K1")]


@pytest.fixture
def pair():
    both = [customer("Marta Leal", city="Porto").pk for _twice in range(2)]
    suspect(both, at=NOW)
    return Pair.objects.open().get()


def ask(program, pair, decision):
    try:
        return program.send(f"/duplicates/{pair.pk}/decide", {"decision": decision}).status_code
    finally:
        connection.close()


@pytest.mark.parametrize("decisions", [["merge"] * 8, ["not the same"] * 8, ["merge", "not the same"] * 4], ids=str)
def test_eight_decisions_at_once_leave_one(decisions, pair, boss):
    programs = [Program(boss) for _each in decisions]
    with ThreadPoolExecutor(8) as people:
        told = list(people.map(ask, programs, [pair] * 8, decisions))
    assert set(told) <= {200, 409}
    assert 200 in told
    pair.refresh_from_db()
    assert (pair.state == Pair.State.MERGED) == (Merge.objects.count() == 1)
    assert pair.state != Pair.State.OPEN
    assert Event.objects.filter(kind=Fact.CUSTOMERS_MERGED).count() == Merge.objects.count()
