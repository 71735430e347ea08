"""Customers to change, and all of what stands in the database about them, to compare."""

from collections.abc import Mapping
from datetime import UTC, datetime

from rapport.agenda.models import Task
from rapport.customers.models import (
    Address,
    Customer,
    Identifier,
    Kind,
    Member,
    Preference,
    Relationship,
    SourceRecord,
)
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.lib.identifiers import normalise

LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def put(name: str, *ways: tuple[str, str], kind: Kind = Kind.PERSON, **said: object) -> Customer:
    """A customer as a source sent them."""
    identities = tuple(normalise(way, value) for way, value in ways)
    number = str(Customer.objects.count())
    record = RecordIn("crm", number, kind, claims({"name": name, **said}), identities)  # type: ignore[dict-item]
    return Customer.objects.get(pk=register([record], by=None, at=LONG_AGO)[0].customer_id)


def as_it_is() -> Mapping[str, list[dict[str, object]]]:
    """Every row that people change, in one order."""
    nouns = (Customer, Member, Identifier, SourceRecord, Address, Relationship, Preference, Task)
    return {noun.__name__: list(noun.objects.order_by("pk").values()) for noun in nouns}
