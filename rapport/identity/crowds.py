"""Crowds: so many share a name or an identifier that they are not compared for it, until they are so many no more."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from rapport.customers.models import Customer, Identifier
from rapport.identity import blocks
from rapport.identity.models import Crowd

# So many are asked about each time, those first whom nobody asked about for longest.
ASKED = 10
# Of how many kinds, or kinds and namespaces, those who share a value may be.
GROUPS = 5


def tell(crowds: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Write down that these (kind, value) are crowds at this moment."""
    Crowd.objects.bulk_create(
        [Crowd(kind=kind, value=value[:640], at=at) for kind, value in sorted(crowds)],
        update_conflicts=True,
        unique_fields=["kind", "value"],
        update_fields=["at"],
    )


def disperse(*, at: datetime) -> set[int]:
    """Forget a few of those that are crowds no more; who was in them can be compared now."""
    asked = {crowd.pk: sharers(crowd) for crowd in Crowd.objects.order_by("at", "pk")[:ASKED]}
    gone = {pk: found for pk, found in asked.items() if found is not None}
    Crowd.objects.filter(pk__in=asked.keys() - gone.keys()).update(at=at)
    Crowd.objects.filter(pk__in=gone).delete()
    return {customer_id for found in gone.values() for customer_id in found}


def sharers(crowd: Crowd) -> set[int] | None:
    """The customers who share it, when they are few enough to be compared."""
    # With a name, a customer is found itself, too; with an identifier it is not counted.
    most, found = (blocks.LARGEST, named) if crowd.kind == "name" else (blocks.LARGEST + 1, holding)
    limit = most * GROUPS + 1
    rows = found(crowd.value, limit)
    groups: dict[str, set[int]] = defaultdict(set)
    for group, customer_id in rows:
        groups[group].add(customer_id)
    if len(rows) == limit or any(len(ids) > most for ids in groups.values()):
        return None
    return {customer_id for _group, customer_id in rows}


def named(value: str, limit: int) -> list[tuple[str, int]]:
    """By kind those who live under this name, in this city where one stands behind it."""
    key, _comma, city = value.partition(", ")
    rows = Customer.objects.living().filter(fold_key=key)
    return list((rows.filter(city__iexact=city) if city else rows).values_list("kind", "pk")[:limit])


def holding(value: str, limit: int) -> list[tuple[str, int]]:
    """By kind and namespace those who have this identifier."""
    rows = Identifier.objects.filter(key=value).exclude(kind=Identifier.Kind.COOKIE)
    held = rows.values_list("kind", "namespace", "member__customer").distinct()[:limit]
    return [(f"{kind} {namespace}", customer_id) for kind, namespace, customer_id in held]
