"""What is written down around a customer: ways to reach it, addresses, relationships."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from rapport.customers.models import Address, Customer, Identifier, Relationship, Strength
from rapport.customers.veil import veiled
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 200
# From the one of whom it is said to the other, and back.
OUTWARD: "Mapping[str, StrOrPromise]" = {
    Relationship.Kind.WORKS_AT: gettext_lazy("works at"),
    Relationship.Kind.PART_OF: gettext_lazy("is part of"),
    Relationship.Kind.REFERRED_BY: gettext_lazy("was referred by"),
    Relationship.Kind.FAMILY: gettext_lazy("is family of"),
    Relationship.Kind.HOUSEHOLD: gettext_lazy("lives in the household"),
    Relationship.Kind.KNOWS: gettext_lazy("is acquainted with"),
}
INWARD: "Mapping[str, StrOrPromise]" = {
    Relationship.Kind.WORKS_AT: gettext_lazy("employs"),
    Relationship.Kind.PART_OF: gettext_lazy("has as a part"),
    Relationship.Kind.REFERRED_BY: gettext_lazy("referred"),
    Relationship.Kind.FAMILY: gettext_lazy("is family of"),
    Relationship.Kind.HOUSEHOLD: gettext_lazy("is the household of"),
    Relationship.Kind.KNOWS: gettext_lazy("is acquainted with"),
}


@dataclass(frozen=True)
class Tie:
    """A relationship seen from one side: ``outward`` when it reads from the customer to the other."""

    relationship: Relationship
    other: Customer
    outward: bool

    @property
    def words(self) -> "StrOrPromise":
        """How the customer stands to the other."""
        return tie_words(self.relationship.kind, outward=self.outward)


def tie_words(kind: str, *, outward: bool) -> "StrOrPromise":
    return (OUTWARD if outward else INWARD)[kind]


def listed(ties: Iterable[Tie]) -> list[Tie]:
    """What several records say of the same two, once; those of today first, then those that ended."""
    told: dict[tuple[object, ...], Tie] = {}
    for one in ties:
        row = one.relationship
        told.setdefault((one.other.pk, row.kind, one.outward, row.role.strip().casefold(), row.until), one)
    found = [one for one in told.values() if one.relationship.role or not better(one, told.values())]
    return sorted(found, key=lambda one: (one.relationship.until is not None, str(one.words), one.other.sort_key))


def better(one: Tie, others: Iterable[Tie]) -> bool:
    """Whether another record says the same with a role."""
    mine = (one.other.pk, one.relationship.kind, one.outward, one.relationship.until)
    return any(
        two.relationship.role and (two.other.pk, two.relationship.kind, two.outward, two.relationship.until) == mine
        for two in others
    )


def ways_of(customer: Customer, *, reader: User) -> list[Identifier]:
    """All identifiers but browsers', the ones that are the customer's own first."""
    held = Identifier.objects.filter(member__customer=customer).exclude(kind=Identifier.Kind.COOKIE)
    shown = veiled(held.order_by("kind", "pk")[:MOST], reader=reader)
    return sorted(shown, key=lambda one: one.strength == Strength.WEAK)


def addresses_of(customer: Customer) -> list[Address]:
    return list(Address.objects.filter(member__customer=customer).order_by("pk")[:MOST])


def ties_of(customer: Customer, *, reader: User) -> list[Tie]:
    """Relationships whose other end ``reader`` may see."""
    seen = Customer.objects.visible_to(reader)
    # By number each end has an index; through a join the table of all relationships would be read.
    mine = list(customer.members.values_list("pk", flat=True))
    both = Relationship.objects.filter(
        Q(member__in=mine, other__customer__in=seen) | Q(other__in=mine, member__customer__in=seen)
    )
    both = both.exclude(member__customer=F("other__customer"))
    rows = both.select_related("member__customer", "other__customer").order_by("kind", "pk")[:MOST]
    return [tie(row, customer) for row in rows]


def tie(row: Relationship, customer: Customer) -> Tie:
    outward = row.member.customer_id == customer.pk
    return Tie(row, row.other.customer if outward else row.member.customer, outward)
