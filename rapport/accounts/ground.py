"""Read what a plan stands on: the companies of the group, and who works where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from rapport.customers.circle import BELONGS, Branch, group_of
from rapport.customers.models import Customer, Member, Relationship
from rapport.people.models import User

UNITS, PEOPLE = 40, 1_000


@dataclass(frozen=True)
class Ground:
    """``units`` in the order of their tree; ``of`` says by member, of a company or of who works there, which unit it is."""

    units: Sequence[Branch]
    of: Mapping[int, int]
    people: Mapping[int, int]
    left_out: int = 0

    @property
    def members(self) -> list[int]:
        return list(self.of)

    def members_of(self, unit: int) -> list[int]:
        return [member for member, one in self.of.items() if one == unit]


def ground_of(customer: Customer, *, reader: User) -> Ground:
    """The whole group, as far as ``reader`` may see it; in a fixed number of queries."""
    group = group_of(customer, reader=reader) or [Branch(customer.pk, customer.name, 0, None)]
    units = group[:UNITS]
    if customer.pk not in {one.customer_id for one in units}:
        units = [Branch(customer.pk, customer.name, 0, None), *units[:-1]]
    ids = [one.customer_id for one in units]
    ties = Relationship.objects.filter(BELONGS, until=None, other__customer__in=ids)
    ties = ties.exclude(member__customer=F("other__customer")).order_by("pk")
    people: dict[int, int] = {}
    for person, unit in ties.values_list("member__customer", "other__customer")[:PEOPLE]:
        if person not in ids:
            people.setdefault(person, unit)
    whose = {**people, **{pk: pk for pk in ids}}
    seen = Member.objects.visible_to(reader).filter(customer__in=whose).values_list("pk", "customer")
    of, known = {}, set()
    for member, one in seen.order_by("pk"):
        of[member] = whose[one]
        known.add(one)
    return Ground(units, of, {pk: unit for pk, unit in people.items() if pk in known}, len(group) - len(units))
