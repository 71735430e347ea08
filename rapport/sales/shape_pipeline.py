"""Shape pipelines: begin one, put its stages in order, retire what is not used any more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.pipeline import Asked, End, Pipeline, Reason, Stage

# A common way of selling, to begin with: name, what it means, probability, days until it stalls, what it asks for.
COMMON = (
    (gettext_lazy("Qualifying"), End.OPEN, 10, 14, ()),
    (gettext_lazy("Understanding the need"), End.OPEN, 25, 21, (Asked.AMOUNT,)),
    (gettext_lazy("Proposal"), End.OPEN, 50, 21, (Asked.AMOUNT, Asked.CLOSES)),
    (gettext_lazy("Negotiation"), End.OPEN, 75, 21, (Asked.AMOUNT, Asked.CLOSES)),
    (gettext_lazy("Won"), End.WON, 100, None, (Asked.AMOUNT,)),
    (gettext_lazy("Lost"), End.LOST, 0, None, ()),
)
REASONS = (
    (End.WON, gettext_lazy("Best offer")),
    (End.WON, gettext_lazy("They know us")),
    (End.LOST, gettext_lazy("Price")),
    (End.LOST, gettext_lazy("A competitor")),
    (End.LOST, gettext_lazy("No budget")),
    (End.LOST, gettext_lazy("They stopped answering")),
)


class ShapeError(Exception):
    """It can't be shaped so; the message says why, in the reader's language."""


@transaction.atomic
def begin_pipeline(name: str, *, by: User, at: datetime) -> Pipeline:
    """A pipeline with the common stages, in the reader's language; the common reasons with the first one."""
    place = (Pipeline.objects.aggregate(last=Max("place"))["last"] or 0) + 1
    made = Pipeline.objects.create(name=name, place=place)
    Stage.objects.bulk_create(
        Stage(pipeline=made, name=str(words), place=number, end=end, probability=chance, days=days, needs=list(needs))
        for number, (words, end, chance, days, needs) in enumerate(COMMON)
    )
    if not Reason.objects.exists():
        Reason.objects.bulk_create(Reason(end=end, name=str(words)) for end, words in REASONS)
    record(Fact.PIPELINES_CHANGED, [made.pk], by=by, at=at)
    return made


@transaction.atomic
def keep_part(part: Pipeline | Stage | Reason, *, by: User, at: datetime) -> None:
    """Keep a pipeline, stage or reason as it is now. Raises ShapeError where a pipeline would lose its last stage of a kind."""
    if isinstance(part, Stage):
        Pipeline.objects.select_for_update().get(pk=part.pipeline_id)
        before = Stage.objects.filter(pk=part.pk).first()
        if before is None:
            part.place = (part.pipeline.stages.aggregate(last=Max("place"))["last"] or 0) + 1
        elif before.end != part.end:
            may_go(before)
    part.save()
    record(Fact.PIPELINES_CHANGED, [pipeline_of(part)], by=by, at=at)


@transaction.atomic
def put_stages(pipeline: Pipeline, stage_ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Put the stages into this order; those not named keep theirs behind."""
    Pipeline.objects.select_for_update().get(pk=pipeline.pk)
    stages = list(pipeline.stages.filter(retired_at=None).order_by("place", "pk"))
    named = {pk: place for place, pk in enumerate(stage_ids)}
    stages.sort(key=lambda one: named.get(one.pk, len(named)))
    for place, one in enumerate(stages):
        one.place = place
    Stage.objects.bulk_update(stages, ["place"])
    record(Fact.PIPELINES_CHANGED, [pipeline.pk], by=by, at=at)


@transaction.atomic
def retire_part(part: Pipeline | Stage | Reason, *, by: User, at: datetime) -> None:
    """Take a pipeline, stage or reason out of use. Raises ShapeError where open deals are in it, or it is the last of its kind."""
    if isinstance(part, Stage):
        Pipeline.objects.select_for_update().get(pk=part.pipeline_id)
        may_go(part)
    if isinstance(part, Pipeline) and Deal.objects.open().filter(pipeline=part).exists():
        raise ShapeError(_("There are open deals in it. Move or close them first."))
    part.retired_at = at
    part.save(update_fields=["retired_at"])
    record(Fact.PIPELINES_CHANGED, [pipeline_of(part)], by=by, at=at)


def may_go(stage: Stage) -> None:
    if Deal.objects.open().filter(stage=stage).exists():
        raise ShapeError(_("There are open deals in it. Move or close them first."))
    if not stage.pipeline.stages.filter(end=stage.end, retired_at=None).exclude(pk=stage.pk).exists():
        kind = End(stage.end).label
        raise ShapeError(_("A pipeline needs a stage of this kind: %(kind)s.") % {"kind": kind})


def pipeline_of(part: Pipeline | Stage | Reason) -> int:
    """Its id; 0 for a reason, which is of all pipelines."""
    if isinstance(part, Reason):
        return 0
    return part.pk if isinstance(part, Pipeline) else part.pipeline_id
