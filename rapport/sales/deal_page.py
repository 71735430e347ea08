"""Read what the page of a deal shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapport.people.models import User
from rapport.sales.beside_deal import beside
from rapport.sales.deal import Deal, Move
from rapport.sales.deal_line import DealLine
from rapport.sales.lead import Lead
from rapport.sales.outlook import Category, Outlook, by_stage
from rapport.sales.pipeline import End, Stage
from rapport.sales.scored import score_of
from rapport.sales.stalls import stalls
from rapport.timeline.names import named

SHOWN = 100


@dataclass(frozen=True)
class Step:
    """A stage on the way of a deal; ``passed`` when it lies before the present one."""

    stage: Stage
    here: bool
    passed: bool


@dataclass(frozen=True)
class Stay:
    """A move, and how long the deal stayed where it came; None: it is there still."""

    move: Move
    stayed: timedelta | None

    @property
    def days(self) -> int | None:
        return self.stayed.days if self.stayed is not None else None


def page_of(deal: Deal, *, reader: User, at: datetime) -> dict[str, Any]:
    """What the template needs, in a fixed number of queries."""
    stages = list(deal.pipeline.stages.filter(retired_at=None).order_by("place", "pk"))
    return {
        "deal": deal,
        "customer": named([deal.member_id], reader=reader).get(deal.member_id or 0),
        "steps": [Step(one, one.pk == deal.stage_id, goes_before(one, deal)) for one in stages if one.end == End.OPEN],
        "ends": [one for one in stages if one.end != End.OPEN],
        "stalls": stalls(deal, at=at),
        "outlook": Outlook.objects.visible_to(reader).filter(deal=deal).select_related("by").first(),
        "categories": Category.choices,
        "of_stage": by_stage(deal.stage.probability).label,
        "stays": stays(deal),
        "lines": priced(deal),
        "rivals": list(deal.rivals.select_related("competitor").order_by("-beat_us", "pk")),
        "lead": Lead.objects.filter(deal=deal).select_related("source").first(),
        "beside": beside(deal, reader=reader),
        "score": score_of(deal, at=at),
        "may_change": reader.allows("sales.change_deal"),
    }


def priced(deal: Deal) -> Sequence[DealLine]:
    """What it is about, each line knowing its deal."""
    found = list(deal.lines.in_order())
    for one in found:
        one.deal = deal
    return found


def goes_before(stage: Stage, deal: Deal) -> bool:
    return deal.stage.end == End.OPEN and stage.place < deal.stage.place


def stays(deal: Deal) -> Sequence[Stay]:
    """Its moves, the newest first."""
    moves = list(deal.moves.select_related("from_stage", "to_stage", "by").order_by("-at", "-pk")[:SHOWN])
    later = [None, *moves]
    return [Stay(one, next_.at - one.at if next_ else None) for one, next_ in zip(moves, later, strict=False)]
