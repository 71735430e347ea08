"""Read the deals with a customer, for their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.stalls import stalls

SHOWN = 8


@dataclass(frozen=True)
class Open:
    deal: Deal
    stalls: Sequence[str]


def known_with(member_ids: Sequence[int], *, reader: User) -> QuerySet[Deal]:
    return Deal.objects.visible_to(reader).filter(member__in=member_ids)


def open_with(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[Open]:
    """Those that are open, the next step first, and behind them the last that ended."""
    found = (
        known_with(member_ids, reader=reader)
        .select_related("stage", "owner")
        .order_by(F("closed_at").desc(nulls_first=True), F("next_step_on").asc(nulls_first=True), "pk")
    )
    return [Open(one, stalls(one, at=at)) for one in found[:SHOWN]]
