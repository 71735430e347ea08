"""Read the plan for a customer, for their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from rapport.accounts.gaps import Health, health_of
from rapport.accounts.models import Plan
from rapport.people.models import User

SHOWN = 3


@dataclass(frozen=True)
class Shown:
    plan: Plan
    health: Health


def known_with(member_ids: Sequence[int], *, reader: User) -> QuerySet[Plan]:
    return Plan.objects.visible_to(reader).open().filter(member__in=member_ids)


def plans_with(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[Shown]:
    found = list(known_with(member_ids, reader=reader).select_related("owner").order_by("-pk")[:SHOWN])
    health = health_of(found, reader=reader, at=at)
    return [Shown(one, health[one.pk]) for one in found]
