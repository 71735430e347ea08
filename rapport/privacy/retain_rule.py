"""Rules of retention: which kind of data goes after how many days, and what each run deleted."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User


class RetainRuleQuerySet(models.QuerySet["RetainRule"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("privacy.view_retention") else self.none()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
)
class RetainRule(models.Model):
    """How long one kind of data is kept. Without a row, it is kept as the declaration says."""

    kind = models.CharField(max_length=40, unique=True)
    days = models.PositiveIntegerField(_("days"))
    active = models.BooleanField(_("deletes"), default=False)

    objects = RetainRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of retention")

    def __str__(self) -> str:
        return self.kind


class RetainRunQuerySet(models.QuerySet["RetainRun"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("privacy.view_retention") else self.none()


class RetainRun(models.Model):
    """What one run of a rule deleted, table by table; it counts, it repeats nothing of what is gone."""

    kind = models.CharField(max_length=40)
    days = models.PositiveIntegerField()
    before = models.DateTimeField(help_text="What is older was to go.")
    began_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    deleted = models.JSONField(default=dict, help_text="Table → how many rows.")
    held = models.PositiveIntegerField(default=0, help_text="How many stay because the law holds them.")
    seconds = models.FloatField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RetainRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of retention")
        indexes: ClassVar = [models.Index(fields=["kind", "-began_at"], name="runs_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at}"

    @property
    def unreached(self) -> int:
        """In how many places somebody who was erased is still named."""
        return sum(len(one.left) for one in self.emptyings.all())

    @property
    def total(self) -> int:
        return sum(self.deleted.values())
