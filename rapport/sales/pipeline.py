"""Pipelines: the stages through which a business sells, what each asks for, and why deals end."""

from datetime import timedelta
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet


class End(models.TextChoices):
    """What a stage means for its deals."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Asked(models.TextChoices):
    """What a stage can ask of a deal that enters it."""

    AMOUNT = "amount", _("amount")
    CLOSES = "closes_on", _("expected closing day")


class PipelineQuerySet(HouseQuerySet["Pipeline"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Pipeline(models.Model):
    """One way of selling. Each has open stages, and at least one in which deals are won and one in which they are lost."""

    name = models.CharField(_("name"), max_length=100)
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PipelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=models.Q(retired_at=None), name="each_pipeline_once")
        ]

    def __str__(self) -> str:
        return self.name


class StageQuerySet(HouseQuerySet["Stage"]):
    def current(self) -> Self:
        return self.filter(retired_at=None, pipeline__retired_at=None).in_order()

    def in_order(self) -> Self:
        return self.order_by("pipeline__place", "pipeline", "place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Stage(models.Model):
    """A stage of a pipeline. It is retired, never dropped: deals that went through it say so for ever."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages", verbose_name=_("pipeline"))
    name = models.CharField(_("name"), max_length=100)
    place = models.PositiveSmallIntegerField(default=0)
    end = models.CharField(_("deals in it are"), max_length=5, choices=End.choices, default=End.OPEN)
    probability = models.PositiveSmallIntegerField(
        _("probability (%)"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("How many of a hundred deals in this stage are won in the end."),
    )
    days = models.PositiveSmallIntegerField(
        _("stalls after (days)"),
        null=True,
        blank=True,
        help_text=_("A deal that stays longer is shown as stalled. Empty: never."),
    )
    needs = ArrayField(
        models.CharField(max_length=20, choices=Asked.choices),
        default=list,
        blank=True,
        verbose_name=_("asks for"),
        help_text=_("What a deal must have to come here."),
    )
    criteria = models.TextField(
        _("to leave it"), max_length=1000, blank=True, help_text=_("What must be true before a deal goes on, in words.")
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "pipeline", "name", condition=models.Q(retired_at=None), name="each_stage_once_a_pipeline"
            ),
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="each_probability_a_share"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def asks(self) -> list[str]:
        """What it asks for, in words."""
        return [str(Asked(one).label) for one in self.needs]

    @property
    def limit(self) -> timedelta | None:
        """How long a deal may stay before it counts as stalled."""
        return timedelta(days=self.days) if self.days is not None and self.end == End.OPEN else None


class ReasonQuerySet(HouseQuerySet["Reason"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("end", "name", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Reason(models.Model):
    """Why deals are won or lost and leads set aside, in the organisation's own words."""

    UNFIT = "unfit"

    end = models.CharField(
        _("for those that are"),
        max_length=5,
        choices=[(End.WON, End.WON.label), (End.LOST, End.LOST.label), (UNFIT, _("Lead set aside"))],
    )
    name = models.CharField(_("reason"), max_length=100)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints: ClassVar = [
            models.UniqueConstraint("end", "name", condition=models.Q(retired_at=None), name="each_reason_once")
        ]

    def __str__(self) -> str:
        return self.name
