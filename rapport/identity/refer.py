"""Whom a plain reference means: the id in any one source, an account number, or a company's exact name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from rapport.channels.inbound import Clue
from rapport.customers.models import Identifier, Kind, Member
from rapport.lib.names import fold_key


@dataclass(frozen=True)
class Referred:
    member_id: int
    customer_id: int
    trashed: bool = False


def refer(clues: Iterable[Clue]) -> dict[str, Referred]:
    """Per value of ``clues`` the one customer it can only mean; what is ambiguous or unknown is left out."""
    values = sorted({clue.value for clue in clues if clue.value})
    if not values:
        return {}
    found = by_name(values)
    # An id says more than a name, so it is laid over it.
    found.update(by_id(values))
    return found


def by_id(values: list[str]) -> dict[str, Referred]:
    held = Identifier.objects.filter(key__in=values, kind__in=["external", "account"]).exclude(strength="weak")
    return unambiguous(held.values_list("key", "member_id", "member__customer_id", "member__customer__trashed_at"))


def by_name(values: list[str]) -> dict[str, Referred]:
    folded = {fold_key(value): value for value in values if fold_key(value)}
    firms = Member.objects.filter(
        customer__fold_key__in=folded, customer__kind=Kind.COMPANY, customer__merged_into=None, home=F("customer")
    ).order_by("pk")
    rows = firms.values_list("customer__fold_key", "pk", "customer_id", "customer__trashed_at")
    return unambiguous((folded[key], member_id, customer_id, gone) for key, member_id, customer_id, gone in rows)


def unambiguous(rows: Iterable[tuple[str, int, int, datetime | None]]) -> dict[str, Referred]:
    by_value: dict[str, dict[int, Referred]] = defaultdict(dict)
    for value, member_id, customer_id, trashed_at in rows:
        by_value[value].setdefault(customer_id, Referred(member_id, customer_id, trashed_at is not None))
    # One that lives is meant before those in the trash.
    living = {value: [one for one in found.values() if not one.trashed] for value, found in by_value.items()}
    meant = {value: living[value] or list(found.values()) for value, found in by_value.items()}
    return {value: found[0] for value, found in meant.items() if len(found) == 1}
