"""Read who stands near a customer, from whichever side it was said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy

from rapport.customers.models import Member, Relationship
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RELATIVES = 200
OUTWARD = {
    Relationship.Kind.WORKS_AT: gettext_lazy("works there"),
    Relationship.Kind.PART_OF: gettext_lazy("belongs to it"),
    Relationship.Kind.REFERRED_BY: gettext_lazy("came by their recommendation"),
    Relationship.Kind.FAMILY: gettext_lazy("family"),
    Relationship.Kind.HOUSEHOLD: gettext_lazy("lives there"),
    Relationship.Kind.KNOWS: gettext_lazy("knows them"),
}
INWARD = {
    Relationship.Kind.WORKS_AT: gettext_lazy("works here"),
    Relationship.Kind.PART_OF: gettext_lazy("is part of it"),
    Relationship.Kind.REFERRED_BY: gettext_lazy("was recommended to us by them"),
    Relationship.Kind.FAMILY: gettext_lazy("family"),
    Relationship.Kind.HOUSEHOLD: gettext_lazy("lives here"),
    Relationship.Kind.KNOWS: gettext_lazy("knows them"),
}


@dataclass(frozen=True)
class Relative:
    """Somebody who stands near."""

    id: int
    customer_id: int
    name: str
    words: "StrOrPromise"
    role: str
    since: date | None
    works_there: bool


@dataclass(frozen=True)
class Relatives:
    """Those who stand near, so that the page may say, too, that there is nobody."""

    people: Sequence[Relative]


def relatives_of(member_ids: Sequence[int], *, reader: User) -> list[Relative]:
    """Both directions, each once, without those whom ``reader`` may not see."""
    seen = Member.objects.visible_to(reader)
    seen = seen.exclude(pk__in=member_ids)
    outward = Relationship.objects.filter(member__in=member_ids, other__in=seen, until=None)
    inward = Relationship.objects.filter(other__in=member_ids, member__in=seen, until=None)
    both = towards("other", outward).union(towards("member", inward), all=True)
    return sorted(told_once([as_relative(*row) for row in both]), key=lambda one: (not one.works_there, one.id))


def towards(end: str, ties: QuerySet[Relationship]) -> QuerySet[Relationship, tuple[Any, ...]]:
    """The first of ``ties`` with whoever stands at their ``end``."""
    told = ties.annotate(outward=Value(end == "other")).order_by("pk")
    return told.values_list("outward", "pk", "kind", "role", "since", f"{end}__customer_id", f"{end}__customer__name")[
        :RELATIVES
    ]


def told_once(found: Sequence[Relative]) -> Iterator[Relative]:
    """What several records say of the same two is one line a role; who leaves the role out says nothing else."""
    together: dict[tuple[int, str], list[Relative]] = {}
    for one in found:
        together.setdefault((one.customer_id, str(one.words)), []).append(one)
    for same in together.values():
        roles = {one.role.strip().casefold(): one for one in reversed(same) if one.role} or {"": same[0]}
        since = min((one.since for one in same if one.since), default=None) if len(roles) == 1 else None
        yield from (replace(one, since=one.since or since) for one in roles.values())


def as_relative(
    outward: bool,  # noqa: FBT001
    pk: int,
    kind: str,
    role: str,
    since: date | None,
    customer_id: int,
    name: str,
) -> Relative:
    words = (OUTWARD if outward else INWARD)[Relationship.Kind(kind)]
    return Relative(pk, customer_id, name, words, role, since, outward and kind == Relationship.Kind.WORKS_AT)
