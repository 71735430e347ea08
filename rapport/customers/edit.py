"""Change a customer by hand: what a person writes is a source like any other, and the most trusted one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rapport.customers.compute import compute
from rapport.customers.golden import FIELDS, OWN, Value
from rapport.customers.models import BY_HAND, Customer, Member, SourceRecord
from rapport.customers.records import claims
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

EMPTY: Mapping[str, Value] = {"tags": []}


@transaction.atomic
def edit(customer: Customer, changes: Mapping[str, Value], *, by: User | None, at: datetime) -> Customer:
    """Write ``changes`` (golden field → value; an empty value clears) and answer the customer as it is then."""
    unknown = {name for name in changes if name not in FIELDS and not name.startswith(OWN)}
    if unknown:
        message = f"no such field: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    hand = own_record(customer, at=at)
    cleaned = claims(changes)
    for name in changes:
        hand.claims[name] = cleaned.get(name, EMPTY.get(name, None if name.startswith(OWN) else ""))
        hand.said_at[name] = at.isoformat()
    hand.seen_at = at
    hand.save()
    compute([customer.pk])
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    customer.refresh_from_db()
    return customer


def own_record(customer: Customer, *, at: datetime) -> SourceRecord:
    """What was written by hand about this customer; it stays with the customer when a merge is taken back."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    hand = SourceRecord.objects.filter(source=BY_HAND, member__home=customer).order_by("pk").first()
    if hand:
        return hand
    member = main_member(customer)
    return SourceRecord(member=member, source=BY_HAND, external_id=f"member:{member.pk}", first_seen_at=at, seen_at=at)


def main_member(customer: Customer) -> Member:
    """The member that new things typed on the customer's page belong to: its own, not one that a merge brought."""
    return Member.objects.filter(home=customer).order_by("pk")[0]
