"""Meetings and calls with a date and those who take part."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.calendars.own_calendar import BusyTime, OwnCalendar, OwnEntry  # noqa: F401 nouns of this room
from rapport.customers.models import Member
from rapport.people.access import scopes_of, work_of
from rapport.people.models import User
from rapport.timeline.models import Interaction


class Kind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")


class Outcome(models.TextChoices):
    """What became of an entry of a calendar."""

    TAKEN = "taken", _("Taken in or changed")
    KNOWN = "known", _("Here already")
    CANCELLED = "cancelled", _("Called off")
    OWN = "own", _("Only our own people")
    STRANGER = "stranger", _("With nobody known")
    PRIVATE = "private", _("Marked as private")
    OUTSIDE = "outside", _("Too long ago or too far ahead")
    OTHER = "other", _("No meeting")
    REFUSED = "refused", _("Not readable")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those with customers one may see."""
        if user.sees_all:
            return self
        mine = Host.objects.filter(meeting=models.OuterRef("pk"), user=user)
        seen = Guest.objects.filter(meeting=models.OuterRef("pk"), member__scope_id__in=scopes_of(user))
        return self.filter(Q(created_by=user) | models.Exists(mine) | models.Exists(seen))

    def imported(self) -> Self:
        """Those that came out of somebody's calendar."""
        return self.filter(imported=True)

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
            models.Index(
                fields=["ends_at"],
                condition=Q(held_at=None, cancelled_at=None, imported=True),
                name="imported_meetings_planned",
            ),
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


class CalendarQuerySet(models.QuerySet["SubscribedCalendar"]):
    def visible_to(self, user: User) -> Self:
        """One's own; an administrator sees all, but nobody is shown an address again."""
        return self if user.sees_all else self.filter(user=user)

    def due(self, at: datetime) -> Self:
        return self.filter(active=True, user__is_active=True, next_at__lte=at)


class SubscribedCalendar(models.Model):
    """A calendar at an address that is read again and again. The address opens it to whoever has it, so it is sealed."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("of whom"))
    name = models.CharField(_("name"), max_length=200)
    sealed = models.BinaryField(help_text="The address; only its server is shown.")
    host = models.CharField(_("server"), max_length=253)
    newcomers = models.BooleanField(_("people whom nobody knows become customers"), default=False)
    active = models.BooleanField(_("active"), default=True)
    etag = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was read the last time.")
    trouble = models.CharField(max_length=40, blank=True, help_text="A word for why it can't be read.")
    failing_since = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0, help_text="In vain, one after the other.")
    next_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, help_text="When its server last answered.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscribed calendar")
        verbose_name_plural = _("subscribed calendars")
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(active=True), name="calendars_to_read")]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    BROKEN = "broken", _("Broken off")


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> Self:
        """One's own; a manager sees those of the team, an administrator all."""
        if user.sees_all:
            return self
        return self.filter(work_of(user, "by"))

    def newest_first(self) -> Self:
        return self.select_related("by", "calendar").order_by("-created_at", "-pk")


class Reading(models.Model):
    """One reading of a calendar, from a file or from its address: what became of each of its entries."""

    calendar = models.ForeignKey(SubscribedCalendar, models.CASCADE, null=True, related_name="readings")
    file_name = models.CharField(_("file"), max_length=400)
    path = models.CharField(max_length=1000)
    newcomers = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RUNNING)
    trouble = models.CharField(max_length=40, blank=True, help_text="A word for why it broke off.")
    entries = models.PositiveIntegerField(default=0, help_text="How many were seen.")
    times = models.PositiveIntegerField(default=0, help_text="How many meetings they are, each of a series counted.")
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    own = models.PositiveIntegerField(default=0)
    stranger = models.PositiveIntegerField(default=0)
    private = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a calendar")
        verbose_name_plural = _("readings of calendars")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(entries=sum((F(one.value) for one in Outcome), start=Value(0))),
                name="every_entry_of_a_reading_accounted_for",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="newest_readings")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def busy(self) -> bool:
        return self.state == State.RUNNING


class ReadingLineQuerySet(models.QuerySet["ReadingLine"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(reading__in=Reading.objects.visible_to(user))

    def about(self, words: str) -> Self:
        """Lines of the entry with this id, or with these words in its title."""
        said = words.replace("\x00", "").strip()
        lines = self.model.objects.order_by().annotate(words=SearchVector("title", config="simple"))
        titled = lines.filter(words=SearchQuery(said, config="simple"))
        # Two questions, each of which has an index; asked with "or", neither would be used.
        return self.filter(pk__in=lines.filter(uid=said[:300]).values("pk").union(titled.values("pk")))


class ReadingLine(models.Model):
    """What became of one entry of a calendar."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    uid = models.CharField(max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=400, blank=True)
    starts_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    reason = models.CharField(max_length=20, blank=True)
    times = models.PositiveIntegerField(default=0)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="+")

    objects = ReadingLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a calendar")
        constraints: ClassVar = [models.UniqueConstraint("reading", "number", name="each_entry_once_a_reading")]
        indexes: ClassVar = [
            models.Index(fields=["uid"], name="entries_by_uid"),
            GinIndex(SearchVector("title", config="simple"), name="entries_by_title"),
        ]

    def __str__(self) -> str:
        return f"{self.uid}: {self.outcome}"


class Origin(models.Model):
    """What a calendar last said of a meeting, so that only what it says anew changes the meeting."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="origin")
    calendar = models.ForeignKey(SubscribedCalendar, models.SET_NULL, null=True, related_name="origins")
    reading = models.BigIntegerField(help_text="The reading that last saw it.")
    sequence = models.PositiveBigIntegerField(default=0)
    said_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32)
    apart = models.BooleanField(default=False, help_text="One of a series of which something else is said.")
    gone = models.BooleanField(default=False, help_text="It vanished from its calendar, which cancelled it.")

    class Meta:
        verbose_name = _("origin of a meeting")

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.sequence}"
