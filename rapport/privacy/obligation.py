"""What law, contracts and standards ask of us: each duty with its owner, its control, its evidence and its reviews."""

from datetime import date
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.files.models import File
from rapport.people.models import User


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002
        """Everybody who works here may know what is asked of us."""
        return self

    def standing(self) -> Self:
        return self.exclude(state=Obligation.State.OVER)

    def overdue(self, today: date) -> Self:
        return self.standing().filter(review_on__lt=today)

    def of(self, user: User) -> Self:
        """Those that somebody answers for, or stands in for somebody who is gone."""
        gone = models.Q(deputy=user) & (models.Q(owner=None) | models.Q(owner__is_active=False))
        return self.filter(models.Q(owner=user) | gone)

    def in_order(self) -> Self:
        """What is due first, then the others; what is over at the end."""
        over = models.Case(models.When(state=Obligation.State.OVER, then=1), default=0)
        return self.select_related("owner", "deputy").order_by(over, models.F("review_on").asc(nulls_first=True), "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Obligation(models.Model):
    """One duty that applies to us."""

    class Origin(models.TextChoices):
        LAW = "law", _("Law")
        CONTRACT = "contract", _("Contract")
        STANDARD = "standard", _("Standard")
        OWN = "own", _("Promise of our own")

    class State(models.TextChoices):
        OPEN = "open", _("Not looked at yet")
        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        FAILED = "failed", _("Not met")
        OVER = "over", _("Does not apply any more")

    title = models.CharField(_("duty"), max_length=200)
    origin = models.CharField(_("kind of source"), max_length=10, choices=Origin.choices)
    source = models.CharField(_("where it comes from"), max_length=200, help_text=_("Say, Article 33 of the GDPR."))
    about = models.TextField(_("what it asks"), max_length=2_000, blank=True)
    applies_to = models.CharField(_("applies to"), max_length=400, help_text=_("Say, every web page; all invoices."))
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name=_("owner")
    )
    deputy = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy"))
    control = models.TextField(
        _("how we make sure"), max_length=2_000, blank=True, help_text=_("The control: who checks what, how often.")
    )
    every_months = models.PositiveSmallIntegerField(_("review every … months"), default=12)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        indexes: ClassVar = [models.Index(fields=["owner", "review_on"], name="obligations_of_somebody")]

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, today: date) -> bool:
        return self.state != self.State.OVER and (self.review_on is None or self.review_on < today)


class Review(models.Model):
    """That somebody looked at a duty, and how it stood. Never changed."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="reviews")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=Obligation.State.choices)
    note = models.TextField(max_length=2_000)

    class Meta:
        verbose_name = _("review of a duty")

    def __str__(self) -> str:
        return self.note


class Evidence(models.Model):
    """What shows that a duty is met: a file or an address."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="evidence")
    title = models.CharField(_("what it shows"), max_length=200)
    link = models.URLField(_("address"), max_length=1_000, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("evidence for a duty")

    def __str__(self) -> str:
        return self.title
