"""Somebody's own calendar at a CalDAV server, its entries as they were last agreed on, and when it keeps them busy."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User


class OwnCalendarQuerySet(models.QuerySet["OwnCalendar"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)

    def due(self, at: datetime) -> Self:
        return self.filter(active=True, user__is_active=True, next_at__lte=at).exclude(address="")


class OwnCalendar(models.Model):
    """Where somebody's own calendar lies and how it goes; the password is sealed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="own_calendar")
    server = models.CharField(_("address of the server"), max_length=1_000)
    login = models.CharField(_("user name"), max_length=300)
    sealed = models.BinaryField(help_text="The password.")
    address = models.CharField(max_length=1_000, blank=True, help_text="Of the calendar that was chosen.")
    name = models.CharField(_("calendar"), max_length=200, blank=True)
    active = models.BooleanField(default=True)
    token = models.CharField(
        max_length=1_000, blank=True, help_text="Of the server: up to where its changes are known."
    )
    trouble = models.CharField(max_length=40, blank=True, help_text="A word for why it can't be reached.")
    failing_since = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0, help_text="In vain, one after the other.")
    next_at = models.DateTimeField(default=timezone.now)
    synced_at = models.DateTimeField(null=True, help_text="When both sides were last compared.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = OwnCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("own calendar")
        verbose_name_plural = _("own calendars")
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(active=True), name="own_calendars_to_sync")]

    def __str__(self) -> str:
        return self.name or self.server


class OwnEntryQuerySet(models.QuerySet["OwnEntry"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(calendar__user=user)

    def asking(self) -> Self:
        """Those about which somebody has to choose."""
        return self.filter(~Q(clash={}) | Q(gone_at__isnull=False))


class OwnEntry(models.Model):
    """An entry of an own calendar. With a meeting, it is that meeting there, as both last said it was."""

    calendar = models.ForeignKey(OwnCalendar, models.CASCADE, related_name="entries", db_index=False)
    path = models.CharField(max_length=1_000)
    uid = models.CharField(max_length=400)
    etag = models.CharField(max_length=400, blank=True, help_text="Empty: it does not lie there now.")
    meeting = models.ForeignKey("calendars.Meeting", models.CASCADE, null=True, related_name="own_entries")
    ours = models.BooleanField(default=False, help_text="It was planned here, not there.")
    agreed = models.JSONField(default=dict)
    clash = models.JSONField(default=dict, help_text="Part → what is said here, and what there.")
    sequence = models.BigIntegerField(default=-1, help_text="The meeting's when it was last the same on both sides.")
    gone_at = models.DateTimeField(null=True, help_text="Deleted there, though planned here: somebody is asked.")

    objects = OwnEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of an own calendar")
        verbose_name_plural = _("entries of own calendars")
        constraints: ClassVar = [
            models.UniqueConstraint("calendar", "path", name="each_own_entry_once"),
            models.UniqueConstraint("calendar", "meeting", name="each_meeting_once_in_an_own_calendar"),
        ]

    def __str__(self) -> str:
        return self.uid


class BusyTimeQuerySet(models.QuerySet["BusyTime"]):
    def visible_to(self, user: User) -> Self:
        """What it is about is its owner's alone; others are told by `busy_of` that they are busy, and no more."""
        return self.filter(user=user)


class BusyTime(models.Model):
    """That an entry which is no meeting here keeps somebody busy."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(OwnEntry, models.CASCADE, related_name="times")
    title = models.CharField(_("title"), max_length=400, blank=True)
    private = models.BooleanField(_("private"), default=False)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    objects = BusyTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        indexes: ClassVar = [models.Index(fields=["user", "starts_at"], name="busy_times_of_a_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.starts_at}"
