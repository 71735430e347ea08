"""Meetings and calls with a date and those who take part."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.people.roles import Role
from rapport.timeline.models import Interaction


class Kind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those with customers one may see."""
        if user.role == Role.ADMINISTRATOR:
            return self
        mine = Host.objects.filter(meeting=models.OuterRef("pk"), user=user)
        seen = Guest.objects.filter(meeting=models.OuterRef("pk"), member__customer__scope__in=scopes_of(user))
        return self.filter(Q(created_by=user) | models.Exists(mine) | models.Exists(seen))

    def planned(self) -> Self:
        return self.filter(held_at=None, cancelled_at=None)

    def of(self, user: User) -> Self:
        """Those that ``user`` takes part in."""
        return self.filter(models.Exists(Host.objects.filter(meeting=models.OuterRef("pk"), user=user)))


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Meeting(models.Model):
    """A meeting or a call: planned, until it is held or cancelled. ``sequence`` counts what calendars must take over."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    title = models.CharField(_("title"), max_length=400)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    whole_day = models.BooleanField(_("whole day"), default=False)
    place = models.CharField(_("place or link"), max_length=1000, blank=True)
    note = models.TextField(_("note"), blank=True)
    uid = models.CharField(max_length=400, help_text="Makes it once, also among calendars (RFC 5545).")
    recurrence = models.CharField(max_length=40, blank=True, help_text="Which of a series, by its first moment.")
    sequence = models.PositiveBigIntegerField(default=0)
    imported = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    result = models.TextField(_("result"), blank=True)
    interaction = models.OneToOneField(Interaction, models.PROTECT, null=True, related_name="meeting")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        constraints: ClassVar = [
            models.UniqueConstraint("uid", "recurrence", name="each_meeting_once"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="no_meeting_ends_before_it_begins"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_at"], condition=Q(held_at=None, cancelled_at=None), name="planned_meetings"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_planned(self) -> bool:
        return self.held_at is None and self.cancelled_at is None

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now


class Guest(models.Model):
    """That a customer takes part in a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="guests", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("guest")
        constraints: ClassVar = [models.UniqueConstraint("meeting", "member", name="each_guest_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.meeting_id}"


class Host(models.Model):
    """That a colleague takes part in a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="hosts", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("host")
        constraints: ClassVar = [models.UniqueConstraint("meeting", "user", name="each_host_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.meeting_id}"


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class Feed(models.Model):
    """That a user's calendar is given out under a secret address; only a digest of the secret is kept."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
