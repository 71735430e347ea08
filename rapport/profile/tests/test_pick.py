"""Whom a call was with is found as in the one box: with a typo, by a part, the likeliest first."""

from datetime import UTC, datetime

import pytest

from rapport.customers.models import Customer
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.lib.identifiers import normalise
from rapport.profile.pick import SHOWN, pick

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def put(name, email, **said):
    record = RecordIn("crm", name, "person", claims({"name": name, **said}), (normalise("email", email),))
    return Customer.objects.get(pk=register([record], by=None, at=NOW)[0].customer_id)


@pytest.mark.parametrize("words", ["Marta Oliveira", "mar oli", "oliv", "Olivera", "aurora.example", "\x00oliv"])
def test_a_caller_is_found_by_what_one_remembers(ana, words):
    marta = put("Marta Oliveira", "marta@aurora.example")
    put("Rui Costa", "rui@x.example")
    assert pick(words, reader=ana) == [marta]


def test_the_likeliest_come_first_and_another_teams_never(ana, iberia, nordics):
    for number in range(SHOWN):
        put(f"Aaron Martagon {number}", f"a{number}@x.example")
    marta = put("Marta Berg", "marta@x.example")
    put("Marta Nord", "nord@x.example", team="Nordics")
    found = pick("marta", reader=ana)
    assert found[0] == marta
    assert len(found) == SHOWN
    assert "Marta Nord" not in [one.name for one in found]
