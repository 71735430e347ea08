"""Move a deal to a stage: on, back, won or lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.journal.rows import added, changed, image
from rapport.people.models import User
from rapport.sales.about_deal import tell
from rapport.sales.deal import Deal, Move
from rapport.sales.name_rival import lose_to
from rapport.sales.pipeline import End, Stage

# What a move may bring along: what the stage asks for. Beside these, `lost_to` is the competitor who won it.
BROUGHT = ("amount", "currency", "closes_on", "next_step", "next_step_on", "reason", "said")


@dataclass(frozen=True)
class Moved:
    """It is there now; ``moved`` is False when it was already."""

    deal: Deal
    moved: bool = True


@dataclass(frozen=True)
class Elsewhere:
    """Somebody moved it since it was looked at; nothing was done."""

    deal: Deal
    last: Move


@dataclass(frozen=True)
class Lacking:
    """The stage asks for fields that the deal does not have; nothing was done."""

    deal: Deal
    fields: tuple[str, ...]


Outcome = Moved | Elsewhere | Lacking


@transaction.atomic
def move_deal(
    deal_id: int, stage: Stage, *, seen: int | None, brought: Mapping[str, Any], by: User | None, at: datetime
) -> Outcome:
    """Move it from the stage in which it was ``seen`` (None: wherever it is) to ``stage`` of the same pipeline or another.

    ``brought`` are values of `BROUGHT` that are set with it.
    """
    # By itself: joined with what changes under a second mover, the row would be gone for them.
    deal = Deal.objects.select_for_update().get(pk=deal_id)
    if deal.stage_id == stage.pk:
        return Moved(deal, moved=False)
    if seen is not None and deal.stage_id != seen:
        last = deal.moves.select_related("by", "to_stage").order_by("-at", "-pk")[0]
        return Elsewhere(deal, last)
    before, left = image(deal), deal.stage
    for name in BROUGHT:
        if name in brought:
            setattr(deal, name, brought[name])
    lacks = deal.lacks(stage)
    if lacks:
        return Lacking(deal, lacks)
    deal.stage, deal.pipeline_id, deal.stage_since = stage, stage.pipeline_id, at
    deal.closed_at = None if stage.end == End.OPEN else at
    if stage.end == End.OPEN:
        deal.reason, deal.said = None, ""
    deal.save()
    move = Move.objects.create(deal=deal, from_stage=left, to_stage=stage, at=at, by=by)
    rivals = lose_to(deal, brought.get("lost_to") if stage.end == End.LOST else None)
    tell(deal, [added(move), changed(deal, before), *rivals], "moved", by=by, at=at, stage=str(stage), left=str(left))
    return Moved(deal)
