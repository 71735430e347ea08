"""What is written down around a customer: ways to reach it, addresses, relationships."""

from dataclasses import dataclass

from django.db.models import Q

from rapport.customers.models import Address, Customer, Identifier, Relationship, Strength
from rapport.people.models import User

MOST = 200


@dataclass(frozen=True)
class Tie:
    """A relationship seen from one side: ``outward`` when it reads from the customer to the other."""

    relationship: Relationship
    other: Customer
    outward: bool


def ways_of(customer: Customer) -> list[Identifier]:
    """All identifiers but browsers', the ones that are the customer's own first."""
    held = Identifier.objects.filter(member__customer=customer).exclude(kind=Identifier.Kind.COOKIE)
    return sorted(held.order_by("kind", "pk")[:MOST], key=lambda one: one.strength == Strength.WEAK)


def addresses_of(customer: Customer) -> list[Address]:
    return list(Address.objects.filter(member__customer=customer).order_by("pk")[:MOST])


def ties_of(customer: Customer, *, reader: User) -> list[Tie]:
    """Relationships whose other end ``reader`` may see."""
    seen = Customer.objects.visible_to(reader)
    both = Relationship.objects.filter(
        Q(member__customer=customer, other__customer__in=seen) | Q(other__customer=customer, member__customer__in=seen)
    )
    rows = both.select_related("member__customer", "other__customer").order_by("kind", "pk")[:MOST]
    return [tie(row, customer) for row in rows]


def tie(row: Relationship, customer: Customer) -> Tie:
    outward = row.member.customer_id == customer.pk
    return Tie(row, row.other.customer if outward else row.member.customer, outward)
