"""A hand-over of a deal to a station: what is passed on, who answers it by when, and every step it made."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.handovers.plan import Point, Station
from rapport.people.access import nobodys_or_seen
from rapport.people.models import Team, User
from rapport.sales.deal import Deal


class State(models.TextChoices):
    """Where a hand-over stands. Whoever sends has it in the first and in the fourth, whoever receives in the two between."""

    DRAFT = "draft", _("Being written")
    SENT = "sent", _("Waits to be taken")
    TAKEN = "taken", _("Being looked at")
    RETURNED = "returned", _("Sent back")
    ACCEPTED = "accepted", _("Accepted")
    DROPPED = "dropped", _("Given up")


THEIRS = (State.SENT, State.TAKEN)
OURS = (State.DRAFT, State.RETURNED)
OPEN = (*THEIRS, *OURS)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees their deals, and besides what was sent to one's team, or sent or taken by oneself."""
        whose = Member.objects.filter(pk=models.OuterRef("deal__member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        seen = Q(deal__owner=user) | Q(nobodys_or_seen(whose, "pk", "scope_id", user))
        # Whoever receives has to know what is passed on, also where the customer's record is another team's.
        received = Q(team__in=user.teams_joined) & ~Q(state=State.DRAFT)
        return known.filter(seen | received | Q(sender=user) | Q(taken_by=user))

    def late(self, at: datetime) -> Self:
        return self.filter(state__in=THEIRS, due_at__lt=at)

    def whole(self) -> Self:
        """With all that a page of one names."""
        return self.select_related(
            "deal__member__customer", "deal__stage", "deal__owner", "station__plan", "team", "sender", "taken_by"
        )


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Handover(models.Model):
    """One deal on its way to one station. The clock runs while it is with whoever receives."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="handovers", verbose_name=_("deal"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name=_("goes to"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="+", verbose_name=_("team"), help_text="None: whoever sees it."
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    sender = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("handed over by"), db_index=False)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by"))
    opened_at = models.DateTimeField(_("begun"))
    first_sent_at = models.DateTimeField(_("first sent"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True, help_text="The last time.")
    due_at = models.DateTimeField(_("to be answered by"), null=True)
    taken_at = models.DateTimeField(_("taken"), null=True, help_text="The last time.")
    answered_at = models.DateTimeField(_("answered"), null=True, help_text="Accepted or sent back, the last time.")
    returns = models.PositiveSmallIntegerField(_("sent back so often"), default=0)
    rung_at = models.DateTimeField(null=True, help_text="When it was told that the clock ran out.")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "deal", "station", condition=~Q(state=State.DROPPED), name="one_handover_of_a_deal_to_a_station"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.DROPPED]) | Q(sent_at__isnull=False),
                name="no_handover_answered_unsent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at", "id"], name="handovers_by_age"),
            models.Index(models.F("due_at").desc(nulls_last=True), models.F("id").desc(), name="handovers_by_due"),
            models.Index(fields=["team", "due_at"], condition=Q(state__in=THEIRS), name="handovers_of_a_team"),
            models.Index(fields=["sender", "state"], condition=Q(state__in=OPEN), name="open_handovers_of_a_sender"),
            models.Index(fields=["due_at"], condition=Q(state__in=THEIRS, rung_at=None), name="handovers_to_ring"),
        ]

    def __str__(self) -> str:
        return f"{self.deal} → {self.station}"

    @property
    def is_theirs(self) -> bool:
        return self.state in THEIRS

    @property
    def is_ours(self) -> bool:
        return self.state in OURS

    def is_late(self, at: datetime) -> bool:
        return bool(self.is_theirs and self.due_at and self.due_at < at)

    @property
    def took(self) -> timedelta | None:
        """How long the last answer took."""
        return self.answered_at - self.sent_at if self.answered_at and self.sent_at and not self.is_theirs else None

    def received_by(self, user: User) -> bool:
        """Whether ``user`` is one of those to whom it goes."""
        return self.team_id is None or user.sees_all or self.team_id in user.teams_joined


class AnswerQuerySet(models.QuerySet["Answer"]):
    def in_order(self) -> Self:
        return self.order_by("place", "pk")


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Answer(models.Model):
    """What is passed on of one point; the point's words as they were, so that a changed plan changes no hand-over."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="answers")
    point = models.ForeignKey(Point, models.PROTECT, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("point"), max_length=150)
    required = models.BooleanField(_("must be there"), default=True)
    text = models.TextField(_("what is passed on"), max_length=8000, blank=True)
    begun_with = models.CharField(max_length=10, blank=True, help_text="What it was filled with, until somebody says.")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a hand-over passes on")
        constraints: ClassVar = [models.UniqueConstraint("handover", "point", name="each_point_once_a_handover")]

    def __str__(self) -> str:
        return self.name

    @property
    def lacks(self) -> bool:
        return self.required and not self.text.strip()


class Step(models.Model):
    """What was done with a hand-over: when, by whom, and what was said."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Begun")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", _("Withdrawn by its sender")
        TAKEN = "taken", _("Taken")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Sent back")
        LATE = "late", _("The time for an answer has run out")
        DROPPED = "dropped", _("Given up")

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=2000, blank=True)

    class Meta:
        verbose_name = _("step of a hand-over")
        indexes: ClassVar = [models.Index(fields=["handover", "-at", "-id"], name="steps_of_a_handover")]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.kind}"
