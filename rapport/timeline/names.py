"""Whose name may stand in a list beside something of a customer's: only theirs whom the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.customers.models import Customer
from rapport.people.models import User


@dataclass(frozen=True)
class Named:
    pk: int
    name: str


def named(members: Iterable[int | None], *, reader: User) -> dict[int, Named]:
    """By member the customer they are now, in one query."""
    seen = Customer.objects.visible_to(reader).filter(members__in={pk for pk in members if pk})
    return {member: Named(pk, name) for member, pk, name in seen.values_list("members", "pk", "name")}
