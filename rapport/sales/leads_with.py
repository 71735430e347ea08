"""Read the leads of a customer, for their page; and which lines of a timeline became one."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from rapport.people.models import User
from rapport.sales.lead import OPEN, Lead
from rapport.sales.lead_inbox import Line
from rapport.sales.lead_words import clock_of
from rapport.timeline.read import Entry

SHOWN = 6


def known_with(member_ids: Sequence[int], *, reader: User) -> QuerySet[Lead]:
    """Those that are no deal: a deal stands there itself."""
    return Lead.objects.visible_to(reader).filter(member__in=member_ids, deal=None)


def leads_with(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[Line]:
    """The open ones first."""
    first = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = known_with(member_ids, reader=reader).select_related("source", "owner", "reason")
    return [Line(one, None, clock_of(one, at=at), "") for one in found.order_by(first, "-came_at", "-pk")[:SHOWN]]


def leads_of(entries: Sequence[Entry], reader: User) -> dict[int, Lead | None]:
    """For each line that came from a customer the lead that it became, or None where it may become one."""
    asked: dict[int, Lead | None] = {one.id: None for one in entries if one.direction == "inbound"}
    if not asked:
        return {}
    return asked | {
        one.interaction_id: one
        for one in Lead.objects.visible_to(reader).filter(interaction__in=asked)
        if one.interaction_id
    }
