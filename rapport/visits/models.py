"""Where customers are found, and what was reported of visits."""

from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.calendars.models import Meeting
from rapport.customers.models import Member
from rapport.customers.veil import hidden_columns
from rapport.people.access import nobodys_or_seen
from rapport.people.models import User

# Who may not see where a customer lives must not learn it from a point on the map.
TELLING = {"street", "postcode", "city"}


class SpotQuerySet(models.QuerySet["Spot"]):
    def visible_to(self, user: User) -> Self:
        if TELLING & hidden_columns(user):
            return self.none()
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        return known if user.sees_all else known.filter(nobodys_or_seen(whose, "pk", "scope_id", user))


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Spot(models.Model):
    """Where a customer is found, in degrees (WGS 84)."""

    class Means(models.TextChoices):
        HAND = "hand", _("by hand")
        PHONE = "phone", _("by a telephone that was there")
        API = "api", _("by another system")

    member = models.OneToOneField(Member, models.PROTECT, related_name="spot")
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
    )
    means = models.CharField(_("said"), max_length=10, choices=Means.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("since"))

    objects = SpotQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the map")
        verbose_name_plural = _("places on the map")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="each_spot_on_the_earth",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["latitude", "longitude"], name="spots_by_place")]

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class Report(models.Model):
    """That somebody reported a visit. What they said stands with the meeting and on the timeline."""

    class Met(models.TextChoices):
        MET = "met", _("We met")
        NOBODY = "nobody", _("Nobody was there")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reports", db_index=False)
    key = models.UUIDField(help_text="Makes it once, however often it is sent.")
    met = models.CharField(_("how it was"), max_length=10, choices=Met.choices)
    written_at = models.DateTimeField(_("written"))
    came_at = models.DateTimeField(_("came in"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("report of a visit")
        verbose_name_plural = _("reports of visits")
        constraints: ClassVar = [
            models.UniqueConstraint("by", "key", name="each_visit_reported_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["meeting", "-came_at"], name="reports_of_a_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.met}"
