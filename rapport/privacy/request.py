"""Requests of persons: who asked for what and when, until when it must be answered, what was done about it."""

from datetime import date, datetime
from typing import ClassVar, Self

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.agenda.models import Task
from rapport.customers.models import Customer
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice

MONTH, LONGER = relativedelta(months=1), relativedelta(months=2)


class Asks(models.TextChoices):
    """What they ask for, by the article of the GDPR that gives them the right."""

    ACCESS = "access", _("Access to their data (Art. 15)")
    CORRECTION = "correction", _("Correction (Art. 16)")
    ERASURE = "erasure", _("Erasure (Art. 17)")
    RESTRICTION = "restriction", _("Restriction (Art. 18)")
    PORTABILITY = "portability", _("Their data to take along (Art. 20)")
    OBJECTION = "objection", _("Objection (Art. 21)")


class Outcome(models.TextChoices):
    OPEN = "", _("Open")
    DONE = "done", _("Done as asked")
    PARTLY = "partly", _("Done in part")
    REFUSED = "refused", _("Refused")


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of nobody known yet, and those of customers that one may see; an erased one stays seen."""
        if user.sees_all:
            return self
        theirs = Q(customer__scope__in=scopes_of(user))
        return self.filter(Q(assignee=user) | Q(noted_by=user) | Q(customer=None) | theirs)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def most_urgent_first(self) -> Self:
        """Open ones by their last day, so the overdue ones first; then those that are answered, the newest first."""
        ordered = self.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")
        return ordered.select_related("customer", "assignee", "noted_by", "checked_by", "closed_by")


class Request(models.Model):
    """Somebody asked to see, take along, correct, restrict or erase what is kept of them, or objects to it."""

    asks = models.CharField(_("what they ask for"), max_length=12, choices=Asks.choices)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="privacy_requests")
    who = models.CharField(_("who asks"), max_length=200, help_text=_("As they gave their name."))
    contact = models.CharField(_("how they are answered"), max_length=400, help_text=_("Address or number."))
    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    words = models.TextField(_("in their words"), blank=True)
    received_at = models.DateTimeField(_("received"))
    due_on = models.DateField(_("to be answered by"), help_text="The last day; extended, the day it was extended to.")
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("noted down by"))
    noted_at = models.DateTimeField(default=timezone.now)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who answers"))
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_how = models.CharField(_("what was checked"), max_length=1000, blank=True)
    extended_at = models.DateTimeField(null=True)
    extended_why = models.CharField(_("why it takes longer"), max_length=1000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True, default="")
    ground = models.CharField(_("legal ground"), max_length=1000, blank=True)
    proof = models.CharField(_("proof"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(closed_at=None), name="requests_to_answer"),
        ]

    def __str__(self) -> str:
        return _("Request %(number)s") % {"number": self.pk}

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    @property
    def checked(self) -> bool:
        """Whether somebody made sure that it is them who ask."""
        return self.checked_at is not None

    @property
    def first_day(self) -> date:
        return timezone.localtime(self.received_at).date()

    @property
    def furthest(self) -> date:
        """The last day to which it can be put off."""
        return self.first_day + MONTH + LONGER

    def days_left(self, today: date) -> int:
        return (self.due_on - today).days

    def overdue(self, today: date) -> bool:
        return not self.closed and self.due_on < today


def last_day(received_at: datetime) -> date:
    """A month after it came, on the same day of the month or the last one that there is; weekends count."""
    return timezone.localtime(received_at).date() + MONTH


class StepQuerySet(models.QuerySet["Step"]):
    def in_order(self) -> Self:
        return self.select_related("by").order_by("at", "pk")


class Step(models.Model):
    """Something that was done about a request: when, by whom, in which words. It never changes."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        FOUND = "found", _("Customer named")
        CHECKED = "checked", _("Identity checked")
        GIVEN = "given", _("Given to somebody")
        EXTENDED = "extended", _("Put off, and the person told")
        NOTED = "noted", _("Noted")
        PACKED = "packed", _("Pack ordered")
        READ = "read", _("Pack downloaded")
        PROPOSED = "proposed", _("Erasure proposed")
        CONFIRMED = "confirmed", _("Erasure confirmed")
        ERASED = "erased", _("Erased")
        CLOSED = "closed", pgettext_lazy("of a request", "Answered")

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a request")
        indexes: ClassVar = [models.Index(fields=["request", "at", "id"], name="steps_of_a_request")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
