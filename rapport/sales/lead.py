"""Leads: somebody asked for something, and nobody knows yet whether it becomes a deal."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource, Route
from rapport.sales.pipeline import Reason
from rapport.timeline.models import Interaction


class LeadState(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Being worked on")
    NURTURE = "nurture", _("Kept warm")
    QUALIFIED = "qualified", _("Became a deal")
    UNFIT = "unfit", _("Set aside")


ACTIVE = (LeadState.NEW, LeadState.WORKING)
OPEN = (*ACTIVE, LeadState.NURTURE)


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of nobody known yet, and those of customers one may see; none of who is in the trash."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        return known.filter(Q(owner=user) | Q(nobodys_or_seen(whose, "pk", "scope_id", user)))

    def active(self) -> Self:
        """Those that somebody has to do something about now."""
        return self.filter(state__in=ACTIVE)

    def unanswered(self) -> Self:
        return self.active().filter(answered_at=None)

    def whole(self) -> Self:
        """With all that a page of one names."""
        return self.select_related(
            "source", "owner", "reason", "deal", "route", "member", "answered_by", "created_by", "interaction"
        )


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Lead(models.Model):
    """An enquiry: who wants what, by which way it came, who looks after it, and until when it is to be answered."""

    wish = models.CharField(_("what they want"), max_length=200)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="leads")
    called = models.CharField(_("as they call themselves"), max_length=200, blank=True)
    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="leads", verbose_name=_("source"))
    interaction = models.OneToOneField(
        Interaction, models.PROTECT, null=True, blank=True, related_name="lead", help_text="By which it came."
    )
    state = models.CharField(_("state"), max_length=10, choices=LeadState.choices, default=LeadState.NEW)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("owner"), db_index=False
    )
    came_at = models.DateTimeField(_("came in"))
    answer_by = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    until = models.DateField(_("kept warm until"), null=True, blank=True)
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason"), db_index=False
    )
    said = models.CharField(_("in their words"), max_length=1000, blank=True)
    deal = models.OneToOneField(Deal, models.PROTECT, null=True, blank=True, related_name="lead")
    route = models.ForeignKey(Route, models.PROTECT, null=True, blank=True, related_name="leads", db_index=False)
    allotted_at = models.DateTimeField(null=True, blank=True, help_text="When the route gave it to its owner.")
    why = models.JSONField(default=dict, help_text="What the route found: source, territory, brand, whose turn.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=LeadState.NURTURE) | Q(until__isnull=False), name="kept_warm_until_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=LeadState.QUALIFIED) | Q(deal__isnull=False), name="qualified_is_a_deal"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["answer_by", "id"], condition=Q(state__in=ACTIVE), name="leads_by_due"),
            models.Index(fields=["owner", "answer_by"], condition=Q(state__in=OPEN), name="open_leads_of_a_user"),
            models.Index(fields=["route", "-allotted_at"], name="leads_of_a_route"),
            models.Index(fields=["came_at", "id"], name="leads_by_age"),
            models.Index(fields=["until", "id"], condition=Q(state=LeadState.NURTURE), name="leads_kept_warm"),
        ]

    def __str__(self) -> str:
        return self.wish

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, at: datetime) -> bool:
        return bool(self.is_active and self.answered_at is None and self.answer_by and self.answer_by < at)

    @property
    def took(self) -> timedelta | None:
        """How long they waited for the first answer."""
        return self.answered_at - self.came_at if self.answered_at else None

    @property
    def in_time(self) -> bool:
        return bool(self.answered_at and self.answer_by and self.answered_at <= self.answer_by)


class LeadStep(models.Model):
    """What was done with a lead: when, by whom, and what it was."""

    class Kind(models.TextChoices):
        CAME = "came", _("Came in")
        AGAIN = "again", _("Asked again")
        ALLOTTED = "allotted", _("Given by a route")
        TAKEN = "taken", _("Taken")
        GIVEN = "given", _("Given to a colleague")
        ANSWERED = "answered", _("First answer")
        QUALIFIED = "qualified", _("Became a deal")
        UNFIT = "unfit", _("Set aside")
        NURTURE = "nurture", _("Kept warm")
        WOKEN = "woken", _("Its day has come")
        REOPENED = "reopened", _("Taken up again")
        KNOWN = "known", _("Whose it is was found")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("step of a lead")
        indexes: ClassVar = [models.Index(fields=["lead", "-at", "-id"], name="steps_of_a_lead")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.kind}"
