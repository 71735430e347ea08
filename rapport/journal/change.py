"""A change that somebody made and may take back: who, when, what, of which customers, and how to take it back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.access import work_of
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KEPT = timedelta(days=30)


class Deed(models.TextChoices):
    """Everything that can be taken back; `rapport/undo.py` says how."""

    EDITED = "edited", _("Fields changed")
    IDENTIFIED = "identified", _("Address or number changed")
    LOCATED = "located", _("Further address changed")
    RELATED = "related", _("Relationship changed")
    WISHED = "wished", _("Preference changed")
    MERGED = "merged", _("Customers merged")
    PARTED = "parted", _("Merge taken back")
    DISCARDED = "discarded", _("Put into the trash")
    RETURNED = "returned", _("Back from the trash")
    ASSIGNED = "assigned", _("Interaction assigned")
    TASK = "task", _("Task changed")
    DEAL = "deal", _("Deal opened, moved or changed")
    LEAD = "lead", _("Lead written down, taken or settled")
    PLAN = "plan", _("Account plan changed")
    HANDOVER = "handover", _("Hand-over begun, written, taken or given up")
    MEETING = "meeting", _("Meeting planned, changed or cancelled")
    TEMPLATE = "template", _("Template retired")
    VIEW = "view", _("View deleted")
    IMPORTED = "imported", _("File imported")
    BULK = "bulk", _("Many changed at once")
    FIELD = "field", _("Field retired or taken up again")
    RULE = "rule", _("Done by a rule")
    HANDED_OVER = "handed over", _("Work handed over")


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: User) -> Self:
        """One's own; for a manager the team's; for an administrator everybody's."""
        if user.sees_all:
            return self
        return self.filter(work_of(user, "by"))


class Change(models.Model):
    """One thing that somebody did, as one press of Undo takes it back. It goes when its time is over."""

    # What is sealed of it: the rest becomes something else when it is taken back.
    SEALED: ClassVar = ("id", "deed", "by", "at", "customer_ids", "details", "back")
    SEALED_FOR: ClassVar = KEPT
    HOMES_COLUMN: ClassVar = "customer_ids"

    # Without choices: a new deed then asks for no migration.
    deed = models.CharField(max_length=20)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    customer_ids = ArrayField(models.BigIntegerField(), default=list, help_text="Whom it is about, where few are.")
    details = models.JSONField(default=dict, help_text="What its words are made of.")
    back = models.JSONField(default=dict, help_text="How it is taken back; its way back knows the shape.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        indexes: ClassVar = [
            models.Index(fields=["by", "-at", "-id"], name="changes_of_a_user"),
            models.Index(fields=["-at", "-id"], name="changes_by_age"),
            GinIndex(fields=["customer_ids"], name="changes_of_a_customer", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    @property
    def until(self) -> datetime:
        """Up to when it can be taken back."""
        return self.at + KEPT

    def is_open(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.until

    @property
    def title(self) -> "StrOrPromise":
        return Deed(self.deed).label
