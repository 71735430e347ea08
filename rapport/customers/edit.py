"""Change a customer by hand: what a person writes is a source like any other, and the most trusted one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.customers.by_hand import lock, to_keep, write_by_hand
from rapport.customers.golden import OWN, Value
from rapport.customers.models import BY_HAND, Customer, Member, SourceRecord
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def edit(customer: Customer, changes: Mapping[str, Value], *, by: User | None, at: datetime) -> Customer:
    """Write ``changes`` (golden field → value; an empty value clears) and answer the customer as it is then."""
    lock([customer.pk])
    before = told(Customer.objects.get(pk=customer.pk), changes)
    traces = write_by_hand({customer.pk: changes}, at=at)
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    customer.refresh_from_db()
    after = told(customer, changes)
    fields = {name: [before[name], after[name]] for name in changes}
    keep(Deed.EDITED, [customer.pk], by=by, at=at, back={"traces": to_keep(traces)}, fields=fields)
    return customer


def told(customer: Customer, names: Iterable[str]) -> dict[str, Any]:
    """What stands in these fields, as it can be kept."""
    plain = {name: customer.extra.get(name.removeprefix(OWN)) for name in names if name.startswith(OWN)}
    for name in set(names) - plain.keys():
        value = getattr(customer, name)
        plain[name] = value if isinstance(value, list) else str(value or "")
    return plain


def own_record(customer: Customer, *, at: datetime) -> SourceRecord:
    """What was written by hand about this customer; it stays with the customer when a merge is taken back."""
    lock([customer.pk])
    hand = SourceRecord.objects.filter(source=BY_HAND, member__home=customer).order_by("pk").first()
    if hand:
        return hand
    member = main_member(customer)
    return SourceRecord(member=member, source=BY_HAND, external_id=f"member:{member.pk}", first_seen_at=at, seen_at=at)


def main_member(customer: Customer) -> Member:
    """The member that new things typed on the customer's page belong to: its own, not one that a merge brought."""
    return Member.objects.filter(home=customer).order_by("pk")[0]
