"""Read the hand-overs of a deal and of a customer, for their pages and the lines of a timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from rapport.handovers.handover import OPEN, Handover, State
from rapport.handovers.inbox import Line, lines
from rapport.handovers.open_handover import is_sold, next_station, why_not
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.timeline.read import Entry

SHOWN = 6
KIND = "handover "


def of_deal(deal: Deal, reader: User) -> Mapping[str, Any]:
    """Those of a deal, and whether it can be handed over now; nothing is shown of a deal that is not sold."""
    found = Handover.objects.visible_to(reader).filter(deal=deal).select_related("station", "sender", "taken_by")
    may = reader.allows("handovers.change_handover") and not why_not(deal)
    return {"handovers": list(found.order_by("pk")), "to": next_station(deal) if may else None, "sold": is_sold(deal)}


def handovers_with(member_ids: Sequence[int], *, reader: User) -> QuerySet[Handover]:
    return Handover.objects.visible_to(reader).filter(deal__member__in=member_ids).exclude(state=State.DROPPED)


def open_first(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[Line]:
    """What is under way first, then the newest."""
    place = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return lines(
        handovers_with(member_ids, reader=reader).order_by(place, "-opened_at", "-pk")[:SHOWN], reader=reader, at=at
    )


def on_lines(entries: Sequence[Entry], reader: User) -> dict[int, Handover]:
    """For each line of a timeline that tells of a hand-over, which one."""
    told = {one.id: one.data.get("handover") for one in entries if one.kind.startswith(KIND)}
    ids = {pk for pk in told.values() if isinstance(pk, int)}
    seen = Handover.objects.visible_to(reader).in_bulk(ids) if ids else {}
    return {line: seen[pk] for line, pk in told.items() if isinstance(pk, int) and pk in seen}
