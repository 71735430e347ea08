"""What everything that takes mail in has in common, be it a file or a folder on a server: rules, counts, a ledger."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Strangers(models.TextChoices):
    FOUND = "found", _("become customers")
    LEAVE = "leave", _("are left out")


class Outcome(models.TextChoices):
    TAKEN = "taken", _("On the timeline")
    UNASSIGNED = "unassigned", _("Taken in, of nobody yet")
    DUPLICATE = "duplicate", _("Here already")
    OWN = "own", _("Only our own people")
    STRANGER = "stranger", _("From nobody known")
    AUTOMATIC = "automatic", _("Written by a machine")
    REFUSED = "refused", _("Not readable")


COUNTS = tuple(outcome.value for outcome in Outcome)
ADDED_UP = F("taken") + F("unassigned") + F("duplicate") + F("own") + F("stranger") + F("automatic") + F("refused")


class Intake(models.Model):
    """How many messages were seen, and what became of them: every one is accounted for."""

    messages = models.BigIntegerField(default=0, help_text="How many were seen.")
    taken = models.BigIntegerField(default=0)
    unassigned = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    own = models.BigIntegerField(default=0)
    stranger = models.BigIntegerField(default=0)
    automatic = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(messages=ADDED_UP), name="every_message_of_a_%(class)s_accounted_for")
        ]

    def count(self, outcomes: dict[str, int]) -> None:
        """Add what became of some more messages; the caller saves."""
        for name, number in outcomes.items():
            setattr(self, name, getattr(self, name) + number)
        self.messages += sum(outcomes.values())
