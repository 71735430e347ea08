"""Incidents: what happened to data of persons, whom it concerns, what was decided and done, against the clock."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.consent.models import Message
from rapport.customers.models import Member
from rapport.people.models import User

# So long after we know of it the authority is to know, too (Article 33 of the GDPR).
HOURS = 72
CLOCK = timedelta(hours=HOURS)


class Nature(models.TextChoices):
    """What happened to the data."""

    DISCLOSED = "disclosed", _("Seen by somebody who may not")
    CHANGED = "changed", _("Changed by mistake or on purpose")
    LOST = "lost", _("Lost or out of reach")


class Answer(models.TextChoices):
    """Whether somebody is told."""

    OPEN = "", _("Not decided yet")
    TELL = "tell", _("Is told")
    LEAVE = "leave", _("Is not told")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> Self:
        """Whoever handles incidents sees all of them; the others see those that are theirs to handle."""
        return self if user.allows("privacy.view_incident") else self.filter(owner=user)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def concerning(self, customer_id: int) -> Self:
        return self.filter(pk__in=Affected.objects.filter(member__customer=customer_id).values("incident"))

    def newest_first(self) -> Self:
        return self.select_related("owner", "by").order_by(
            models.F("closed_at").desc(nulls_first=True), "-aware_at", "-pk"
        )


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
)
class Incident(models.Model):
    """One breach, or what may be one. It is closed, never deleted (Article 33 (5) of the GDPR)."""

    class Risk(models.TextChoices):
        OPEN = "", _("Not weighed yet")
        NONE = "none", _("No risk")
        SOME = "some", _("Risk")
        HIGH = "high", _("High risk")

    title = models.CharField(_("what happened, in a line"), max_length=200)
    about = models.TextField(_("what happened"), max_length=5_000, blank=True)
    aware_at = models.DateTimeField(_("we know of it since"))
    happened_at = models.DateTimeField(_("it happened"), null=True, blank=True)
    nature = ArrayField(
        models.CharField(max_length=10, choices=Nature.choices), default=list, verbose_name=_("what happened to data")
    )
    tables = ArrayField(
        models.CharField(max_length=63), default=list, blank=True, verbose_name=_("which data, as in the dictionary")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    risk = models.CharField(_("risk to persons"), max_length=5, choices=Risk.choices, blank=True, default="")
    risk_note = models.TextField(_("why"), max_length=2_000, blank=True)
    authority = models.CharField(_("the authority"), max_length=5, choices=Answer.choices, blank=True, default="")
    authority_why = models.TextField(_("why"), max_length=2_000, blank=True)
    authority_told_at = models.DateTimeField(_("the authority was told"), null=True)
    persons = models.CharField(_("the persons"), max_length=5, choices=Answer.choices, blank=True, default="")
    persons_why = models.TextField(_("why"), max_length=2_000, blank=True)
    found_by = models.CharField(max_length=4_000, blank=True, help_text="How the affected people were found, in words.")
    lessons = models.TextField(_("what we learned"), max_length=5_000, blank=True)
    closed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | ~models.Q(lessons=""), name="incidents_close_with_lessons"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def nature_in_words(self) -> list[str]:
        return [str(Nature(one).label) for one in self.nature]

    @property
    def due_at(self) -> datetime:
        """When the authority has to know."""
        return self.aware_at + CLOCK

    @property
    def clock_stopped(self) -> bool:
        """Whether the clock asks nothing any more: the authority knows, or need not know."""
        return self.authority_told_at is not None or self.authority == Answer.LEAVE

    def left(self, at: datetime) -> timedelta:
        """How much of the time is left; negative when it is over."""
        return self.due_at - at

    def is_late(self, at: datetime) -> bool:
        """Whether the authority was, or is still, not told in time."""
        if self.authority_told_at is not None:
            return self.authority_told_at > self.due_at
        return not self.clock_stopped and at > self.due_at


class Affected(models.Model):
    """That an incident concerns a customer, and the letter that told them."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="affected", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("person concerned by an incident")
        constraints: ClassVar = [models.UniqueConstraint("incident", "member", name="each_person_is_concerned_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.incident_id}"


class Notification(models.Model):
    """What is to be said of an incident to the authority or to the persons; kept as it was drafted."""

    class To(models.TextChoices):
        AUTHORITY = "authority", _("To the authority")
        PERSONS = "persons", _("To the persons")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="notifications", db_index=False)
    to = models.CharField(max_length=10, choices=To.choices)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), max_length=20_000)
    changed_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notification of an incident")
        constraints: ClassVar = [models.UniqueConstraint("incident", "to", name="one_notification_for_each_party")]

    def __str__(self) -> str:
        return self.subject


class IncidentStep(models.Model):
    """One step in the handling of an incident, as it was written down; never changed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("what was done"), max_length=2_000)

    class Meta:
        verbose_name = _("step of an incident")

    def __str__(self) -> str:
        return self.words
