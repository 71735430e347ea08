"""Households: who may live together, and a new one with those who do. Proposed, never made by itself."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from rapport.customers.create import Newborn, create
from rapport.customers.models import BY_HAND, Customer, Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.customers.relate import relate
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

FEW = 8


def neighbours(customer: Customer, *, reader: User) -> list[Customer]:
    """Households at the same address, and people of the same family name there."""
    if customer.kind != Kind.PERSON or not (customer.street and customer.city):
        return []
    here = Customer.objects.visible_to(reader).living().exclude(pk=customer.pk)
    here = here.filter(city__iexact=customer.city, street__iexact=customer.street)
    found = here.exclude(kind=Kind.COMPANY).order_by("sort_key", "pk")[: FEW * FEW]
    same = [one for one in found if one.kind == Kind.HOUSEHOLD or family_name(one) == family_name(customer)]
    return same[:FEW]


def family_name(customer: Customer) -> str:
    return (customer.last_name or customer.name.split()[-1]).casefold()


@transaction.atomic
def found_household(
    name: str, people: Sequence[Customer], *, since: date | None = None, by: User | None, at: datetime
) -> Customer:
    """A new household at the address of the first of ``people``, in whose team it is."""
    first = people[0]
    said = {part: getattr(first, part) for part in ("street", "postcode", "city", "region", "country")}
    said |= {
        "name": name,
        "owner": first.owner.email if first.owner else "",
        "team": first.team.name if first.team else "",
    }
    born = create([Newborn(RecordIn(BY_HAND, f"new:{uuid4()}", Kind.HOUSEHOLD, claims(said)), ())], at=at)[0]
    record(Fact.CUSTOMERS_CREATED, [born.customer_id], by=by, at=at)
    household = Customer.objects.get(pk=born.customer_id)
    for one in people:
        relate(one, household, Relationship.Kind.HOUSEHOLD, since=since, by=by, at=at)
    return household
