"""Say how one customer stands to another, or that it no longer does."""

from datetime import date, datetime

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Relationship
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def relate(
    customer: Customer,
    other: Customer,
    kind: Relationship.Kind,
    *,
    role: str = "",
    since: date | None = None,
    by: User | None,
    at: datetime,
) -> tuple[Relationship, bool]:
    """``customer`` *kind* ``other``; with whether that is new. The two must not be the same."""
    found, fresh = Relationship.objects.update_or_create(
        member=main_member(customer),
        other=main_member(other),
        kind=kind,
        defaults={"role": role[:200], "since": since},
    )
    record(Fact.CUSTOMERS_CHANGED, [customer.pk, other.pk], by=by, at=at)
    return found, fresh


@transaction.atomic
def unrelate(relationship: Relationship, *, by: User | None, at: datetime) -> None:
    """Take a relationship away; the history keeps it."""
    both = [relationship.member.customer_id, relationship.other.customer_id]
    relationship.delete()
    record(Fact.CUSTOMERS_CHANGED, both, by=by, at=at)
