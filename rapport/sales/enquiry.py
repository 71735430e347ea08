"""How enquiries come in, how soon they are answered, and to whom they go."""

from datetime import timedelta
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.models import Brand, Team, User
from rapport.people.territory import Territory
from rapport.timeline.models import ChannelChoice

MOST_HOURS = 24 * 30


class SourceQuerySet(HouseQuerySet["LeadSource"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class LeadSource(models.Model):
    """A way in which enquiries come. With a channel, what arrives there becomes a lead by itself."""

    name = models.CharField(_("name"), max_length=100)
    place = models.PositiveSmallIntegerField(default=0)
    hours = models.PositiveSmallIntegerField(
        _("answered within (hours)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_HOURS)],
        help_text=_("Empty: no clock runs."),
    )
    channel = models.CharField(
        _("what arrives by"),
        max_length=10,
        choices=ChannelChoice.choices,
        blank=True,
        help_text=_("Becomes a lead by itself. None: leads of this source are written down by somebody."),
    )
    words = models.TextField(
        _("with one of these words"),
        max_length=1000,
        blank=True,
        help_text=_(
            "One in each line: in the subject (of a web form that is its title), in the text, the name of the "
            "web site, or the address to which it was sent. Empty: everything that arrives there."
        ),
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of leads")
        verbose_name_plural = _("sources of leads")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=models.Q(retired_at=None), name="each_source_of_leads_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def within(self) -> timedelta | None:
        """How soon somebody answers."""
        return None if self.hours is None else timedelta(hours=self.hours)

    @property
    def lines(self) -> list[str]:
        """Its words, folded."""
        return [line.strip().casefold() for line in self.words.splitlines() if line.strip()]


class To(models.TextChoices):
    """Who gets what a route fits."""

    TEAM = "team", _("a team, in turn")
    KEEPER = "keeper", _("whoever looks after the customer")
    USER = "user", _("one colleague")


class RouteQuerySet(HouseQuerySet["Route"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Route(models.Model):
    """To whom leads go. The first that fits and finds somebody counts."""

    name = models.CharField(_("name"), max_length=100)
    place = models.PositiveSmallIntegerField(_("asked as number"), default=1)
    source = models.ForeignKey(
        LeadSource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of the source")
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from the territory")
    )
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for the brand")
    )
    to = models.CharField(_("goes to"), max_length=10, choices=To.choices, default=To.TEAM)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colleague"))
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route of leads")
        verbose_name_plural = _("routes of leads")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=models.Q(retired_at=None), name="each_route_once"),
            models.CheckConstraint(
                condition=~models.Q(to=To.TEAM) | models.Q(team__isnull=False), name="each_turn_in_a_team"
            ),
            models.CheckConstraint(
                condition=~models.Q(to=To.USER) | models.Q(user__isnull=False), name="each_route_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.name
