"""Bulk runs: what is to be done to which records, how far it got, and how each piece is taken back."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.access import work_of
from rapport.people.models import User


class State(models.TextChoices):
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    BROKEN = "broken", _("Broken off")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, user: User) -> Self:
        """One's own; for a manager the team's; for an administrator everybody's."""
        if user.sees_all:
            return self
        return self.filter(work_of(user, "by"))


class BulkRun(models.Model):
    """One action on a frozen set of records. ``cursor`` counts the pieces that are done, in the transaction that did them."""

    BUSY: ClassVar = {State.RUNNING, State.UNDOING}

    records = models.CharField(max_length=40, help_text="Of which list.")
    action = models.CharField(max_length=40)
    said = models.JSONField(default=dict, help_text="What was said to the action.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.BigIntegerField(default=0)
    pieces_count = models.IntegerField(default=0)
    cursor = models.IntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0, help_text="They were so already.")
    refused = models.BigIntegerField(default=0)
    back = models.BigIntegerField(default=0, help_text="Taken back.")
    left = models.BigIntegerField(default=0, help_text="Not taken back, for somebody changed them since.")
    trouble = models.CharField(max_length=400, blank=True, help_text="Why it broke off.")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now, help_text="When it last got on.")

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        indexes: ClassVar = [models.Index(fields=["by", "-created_at"], name="bulk_runs_of_a_user")]

    def __str__(self) -> str:
        return f"{self.action} {self.records} ({self.total})"

    @property
    def busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def percent(self) -> int:
        return 100 * self.cursor // self.pieces_count if self.pieces_count else 100


class BulkPiece(models.Model):
    """Some of the ids, in order, and how what was done to them is taken back."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="pieces", db_index=False)
    number = models.IntegerField()
    ids = ArrayField(models.BigIntegerField())
    at = models.DateTimeField(null=True, help_text="When it was done.")
    back = models.JSONField(default=dict, db_default={})

    class Meta:
        verbose_name = _("piece of a bulk change")
        constraints: ClassVar = [models.UniqueConstraint("run", "number", name="each_piece_of_a_bulk_run_once")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"


class BulkRefusal(models.Model):
    """A record that stayed as it was, and why."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="refusals")
    subject = models.BigIntegerField()
    undoing = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        verbose_name = _("refusal of a bulk change")

    def __str__(self) -> str:
        return self.reason
