"""Extensions of colleagues, and calls as the telephone system tells them."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import team_work_of
from rapport.people.models import User
from rapport.timeline.models import Interaction

RINGS, TALKS, LINGERS = timedelta(minutes=2), timedelta(hours=4), timedelta(minutes=10)


class State(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", _("Answered")
    ENDED = "ended", _("Ended")


class Extension(models.Model):
    """By which number the telephone system knows a colleague, and what a call may do on the screen."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="extension")
    number = models.CharField(_("extension"), max_length=60, unique=True, null=True, blank=True)
    opens = models.BooleanField(_("Open the customer's page by itself when it rings"), default=False)

    class Meta:
        verbose_name = _("extension")

    def __str__(self) -> str:
        return self.number or "–"


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of the team and those that reached nobody; an administrator sees all."""
        if user.sees_all:
            return self
        return self.filter(team_work_of(user, "user") | Q(user=None))

    def on_screen(self, user: User, *, at: datetime) -> Self:
        """What concerns ``user`` now: it rings, is being talked, or has just ended."""
        now = Q(state=State.RINGING, rang_at__gt=at - RINGS) | Q(state=State.ANSWERED, rang_at__gt=at - TALKS)
        return self.filter(now | Q(state=State.ENDED, ended_at__gt=at - LINGERS), user=user, put_away_at=None)


class Call(models.Model):
    """One call, from the first ring to the end; its id at the telephone system makes it once."""

    call_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    inbound = models.BooleanField(default=True)
    number = models.CharField(
        _("number"), max_length=100, blank=True, help_text="The customer's side; empty: withheld."
    )
    ours = models.CharField(max_length=100, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", help_text="Whom somebody said it is."
    )
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    recording = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(_("what it was about"), max_length=300, blank=True)
    text = models.TextField(_("what was said"), blank=True)
    put_away_at = models.DateTimeField(null=True)
    interaction = models.OneToOneField(Interaction, models.PROTECT, null=True, related_name="call")

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False), name="ended_calls_have_an_end"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-rang_at"], name="calls_of_a_user")]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def missed(self) -> bool:
        return self.state == State.ENDED and self.answered_at is None

    @property
    def minutes(self) -> int:
        if not (self.answered_at and self.ended_at):
            return 0
        return max(1, round((self.ended_at - self.answered_at).total_seconds() / 60))
