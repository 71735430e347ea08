"""Follows, notices in groups, what each user wants to be told and how, and reminders."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.agenda.models import Task
from rapport.calendars.models import Meeting
from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, Interaction, circles_of


class Kind(models.TextChoices):
    """What one may be told of."""

    MENTION = "mention", _("A colleague mentions me")
    TASK = "task", _("A colleague gives me something to do")
    LEAD = "lead", _("A lead is mine to answer")
    HANDOVER = "handover", _("Something is handed over to me or my team, or answered, or overdue")
    REMINDER = "reminder", _("A reminder of mine is due")
    HEARD = "heard", _("A customer I follow gets in touch")
    FINISHED = "finished", _("Something I asked for is done")
    DONE = "done", _("Colleagues are in touch with a customer I follow, or write a note")
    SEEN = "seen", _("A customer I follow looks at our web site or the portal")
    RULE = "rule", _("A rule tells me of a customer, or was stopped")
    CHANGED = "changed", _("The record of a customer I follow is changed or merged")


class Way(models.TextChoices):
    """How one wants to be told."""

    PAGE = "page", _("At the bell, and in the digest")
    DIGEST = "digest", _("Only in the digest")
    OFF = "off", _("Not at all")


USUAL = dict.fromkeys(Kind, Way.PAGE) | dict.fromkeys((Kind.DONE, Kind.SEEN, Kind.CHANGED), Way.DIGEST)


def seen(user: User) -> Q:
    """About customers that ``user`` may see now, and about nothing private of others."""
    words = Q(interaction=None) | Q(interaction__circles=[]) | Q(interaction__circles__overlap=circles_of(user))
    if user.sees_all:
        return words
    return words & (Q(member=None) | Q(member__scope_id__in=scopes_of(user)))


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, user: User) -> Self:
        """One's own, of customers that one may still see."""
        mine = self.filter(user=user)
        return mine if user.sees_all else mine.filter(member__scope_id__in=scopes_of(user))


class Follow(models.Model):
    """That a user wants to know what happens with a customer, or, muted, does not. The owner does without a row."""

    class Reason(models.TextChoices):
        BY_HAND = "by hand", _("chosen")
        MENTIONED = "mentioned", _("mentioned there")

    user = models.ForeignKey(User, models.CASCADE, related_name="follows", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="follows")
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.BY_HAND)
    since = models.DateTimeField(default=timezone.now)
    muted_at = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        constraints: ClassVar = [models.UniqueConstraint("user", "member", name="each_follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.member_id}"


class Heard(models.Model):
    """That whoever had to be told of an event was; makes telling it once."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("event told of")

    def __str__(self) -> str:
        return str(self.event_id)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User) -> Self:
        """One's own, about what one may still see."""
        return self.filter(seen(user), user=user)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def waiting(self) -> Self:
        """Those whose moment has not come; what they are about is put off until then."""
        return self.open().filter(rung_at=None)

    def rung(self) -> Self:
        return self.open().exclude(rung_at=None)


class Reminder(models.Model):
    """That a user wants to be reminded of something at a moment: once, until it is done or put off again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    at = models.DateTimeField(_("when"))
    note = models.CharField(_("note"), max_length=400, blank=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="reminders")
    interaction = models.ForeignKey(Interaction, models.CASCADE, null=True, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=Q(rung_at=None, closed_at=None), name="reminders_to_ring"),
            models.Index(fields=["user", "at"], condition=Q(closed_at=None), name="open_reminders_of_a_user"),
        ]

    def __str__(self) -> str:
        return self.note or f"reminder {self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """One's own, as far as one may still see what they are about."""
        return self.filter(seen(user), user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def loud(self) -> Self:
        """What the bell counts."""
        return self.unread().filter(quiet=False)

    def with_all(self) -> Self:
        return self.select_related(
            "member__customer",
            "task",
            "interaction",
            "actor",
            "reminder__member",
            "reminder__task",
            "reminder__meeting",
        )


class Notice(models.Model):
    """What a user is told: one row for each record and kind until it is read, with how often it happened."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    channel = models.CharField(max_length=10, choices=ChannelChoice.choices, blank=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+", help_text="The newest.")
    interaction = models.ForeignKey(Interaction, models.CASCADE, null=True, related_name="+", help_text="The newest.")
    reminder = models.ForeignKey(Reminder, models.CASCADE, null=True, related_name="+")
    words = models.CharField(max_length=400, blank=True, help_text="Of a rule: what it says.")
    link = models.CharField(max_length=200, blank=True, help_text="Of a rule: where its reason stands.")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", help_text="Whose deed the newest is.")
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    at = models.DateTimeField()
    quiet = models.BooleanField(default=False, help_text="Only for the digest.")
    read_at = models.DateTimeField(null=True)
    digested_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel", "member", "reminder"],
                condition=Q(read_at=None),
                nulls_distinct=False,
                name="one_unread_notice_for_each_group",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-at", "-id"], name="notices_of_a_user")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Choice(models.Model):
    """How a user wants to be told of one kind, where it is not the usual way."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    way = models.CharField(max_length=10, choices=Way.choices)

    class Meta:
        verbose_name = _("choice of notices")
        constraints: ClassVar = [models.UniqueConstraint("user", "kind", name="each_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.way}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class Digest(models.Model):
    """That a user wants what is unread by e-mail: when, on their clock, and since when it was told."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="digest")
    every = models.CharField(_("how often"), max_length=10, choices=Every.choices)
    hour = models.PositiveSmallIntegerField(_("at"), default=8, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(_("on"), default=0, validators=[MaxValueValidator(6)])
    next_at = models.DateTimeField(db_index=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")

    def __str__(self) -> str:
        return f"{self.user_id} every {self.every}"
