"""How a business hands over: to whom one after the other, what must be passed on, and by when it is answered."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.models import Team
from rapport.sales.pipeline import Pipeline

MOST_HOURS = 24 * 60
MOST_DAYS = 730


class PlanQuerySet(HouseQuerySet["Plan"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("pipeline__place", "pk")

    def of(self, pipeline_id: int) -> "Plan | None":
        """The plan for deals of this pipeline: its own, else that of all pipelines."""
        fits = self.current().filter(Q(pipeline=pipeline_id) | Q(pipeline=None))
        return fits.order_by(models.F("pipeline").asc(nulls_last=True), "pk").first()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Plan(models.Model):
    """How what was sold through a pipeline is handed over. It is retired, never dropped."""

    name = models.CharField(_("name"), max_length=100)
    pipeline = models.ForeignKey(
        Pipeline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for deals of"),
        help_text=_("None: of every pipeline that has no plan of its own."),
    )
    by_itself = models.BooleanField(
        _("begins by itself"),
        default=False,
        help_text=_("As soon as a deal is won, a hand-over of it waits for whoever won it."),
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over plan")
        verbose_name_plural = _("hand-over plans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pipeline"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="one_handover_plan_a_pipeline",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StationQuerySet(HouseQuerySet["Station"]):
    def current(self) -> Self:
        return self.filter(retired_at=None, plan__retired_at=None).in_order()

    def in_order(self) -> Self:
        return self.order_by("plan", "place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Station(models.Model):
    """Who receives: the first one from whoever sold, each further one from the one before."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="stations", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=100, help_text=_("Who receives, say Onboarding."))
    place = models.PositiveSmallIntegerField(default=0)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("None: the team that the customer belongs to."),
    )
    hours = models.PositiveSmallIntegerField(
        _("answered within (hours)"),
        null=True,
        blank=True,
        default=24,
        validators=[MaxValueValidator(MOST_HOURS)],
        help_text=_("So soon they accept it or send it back. Empty: no clock runs."),
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station of a hand-over")
        verbose_name_plural = _("stations of hand-overs")
        constraints: ClassVar = [
            models.UniqueConstraint("plan", "name", condition=Q(retired_at=None), name="each_station_once_a_plan")
        ]

    def __str__(self) -> str:
        return self.name

    def due_at(self, sent_at: datetime) -> datetime | None:
        """Until when what was sent then is to be answered."""
        return None if self.hours is None else sent_at + timedelta(hours=self.hours)


class Known(models.TextChoices):
    """What Rapport knows already and puts into a point, for its sender to complete."""

    NOTHING = "", _("nothing")
    WISH = "wish", _("what they asked for")
    LINES = "lines", _("what they bought")
    QUOTE = "quote", _("what they accepted")
    CONTACTS = "contacts", _("who is who on their side")
    DAYS = "days", _("what was promised by when")
    NOTES = "notes", _("the latest notes")
    REASON = "reason", _("why they chose us")


class PartQuerySet(HouseQuerySet["Point"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Point(models.Model):
    """Something that must, or may, be passed on to a station."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="points", verbose_name=_("station"))
    name = models.CharField(_("what is passed on"), max_length=150, help_text=_("Say, what was promised."))
    hint = models.CharField(_("hint"), max_length=400, blank=True, help_text=_("Stands below it, for whoever writes."))
    place = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(_("must be there"), default=True)
    known = models.CharField(
        _("begins with"),
        max_length=10,
        choices=Known.choices,
        default=Known.NOTHING,
        blank=True,
        help_text=_("What Rapport knows of it already; whoever hands over completes it."),
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of a hand-over plan")
        verbose_name_plural = _("points of hand-over plans")
        constraints: ClassVar = [
            models.UniqueConstraint("station", "name", condition=Q(retired_at=None), name="each_point_once_a_station")
        ]

    def __str__(self) -> str:
        return self.name


class DutyQuerySet(HouseQuerySet["Duty"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Duty(models.Model):
    """What whoever accepts has to do first: a task of theirs from that moment on."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="duties", verbose_name=_("station"))
    name = models.CharField(_("task"), max_length=200, help_text=_("Say, call them and fix a day."))
    days = models.PositiveSmallIntegerField(
        _("due after (days)"), default=2, validators=[MaxValueValidator(MOST_DAYS)], help_text=_("From the acceptance.")
    )
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("first task after a hand-over")
        verbose_name_plural = _("first tasks after a hand-over")
        constraints: ClassVar = [
            models.UniqueConstraint("station", "name", condition=Q(retired_at=None), name="each_duty_once_a_station")
        ]

    def __str__(self) -> str:
        return self.name
