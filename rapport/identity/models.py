"""Merges, and the pairs that may be one customer: how they are found, and what was decided."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer, Member
from rapport.people.access import scopes_of
from rapport.people.models import Scope, User


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        """Merges whose survivor this user may see."""
        known = self.filter(survivor__trashed_at=None)
        if user.sees_all:
            return known
        return known.filter(survivor__scope__in=scopes_of(user))


class Merge(models.Model):
    """One customer became part of another. Undone, it stays as history."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    choices = models.JSONField(default=dict, help_text="field → [record by hand, its value before, its moment before]")

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "absorbed", condition=models.Q(undone_at=None), name="a_customer_is_absorbed_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"


class PairQuerySet(models.QuerySet["Pair"]):
    def visible_to(self, user: User) -> Self:
        """Pairs of which this user may see both records."""
        one, other = (Member.objects.in_trash().filter(pk=models.OuterRef(end)) for end in ("one", "other"))
        known = self.exclude(models.Exists(one)).exclude(models.Exists(other))
        if user.sees_all:
            return known
        scopes = scopes_of(user)
        return known.filter(scope__in=scopes, one__scope_id__in=scopes, other__scope_id__in=scopes)

    def open(self) -> Self:
        """Pairs that wait for a decision."""
        return self.filter(state=Pair.State.OPEN)

    def with_customers(self) -> Self:
        return self.select_related(
            *("one__customer__owner", "one__customer__team", "other__customer__owner", "other__customer__team"),
            *("one__home", "other__home", "decided_by", "merge"),
        )


class Pair(models.Model):
    """Two records that may be one customer. It stands between members, so that it outlasts every merge of theirs."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        MERGED = "merged", _("Merged")
        APART = "not the same", _("Not the same")

    # The constraint that leads with it serves as its index.
    one = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Member, models.PROTECT, related_name="+")
    scope = models.ForeignKey(
        Scope, models.PROTECT, related_name="+", db_index=False, help_text="The narrower one of the two records."
    )
    score = models.PositiveSmallIntegerField(help_text="How likely they are one, in ten-thousandths.")
    reasons = models.JSONField(default=list, help_text="[code, shared value] each")
    conflict_source = models.CharField(max_length=100, blank=True, help_text="Whose record or arrival named both.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merge = models.ForeignKey(Merge, models.PROTECT, null=True, related_name="pairs")

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        constraints: ClassVar = [
            models.UniqueConstraint("one", "other", name="each_pair_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="a_pair_is_written_one_way"),
        ]
        indexes: ClassVar = [
            models.Index(
                *("scope", models.F("score").desc(), models.F("id").desc()),
                condition=models.Q(state="open"),
                name="open_pairs_of_scope",
            ),
            models.Index(
                *(models.F("score").desc(), models.F("id").desc()),
                condition=models.Q(state="open"),
                name="open_pairs",
            ),
            models.Index(
                *(models.F("decided_at").desc(), models.F("id").desc()),
                condition=~models.Q(state="open"),
                name="decided_pairs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.other_id}?"

    @property
    def likelihood(self) -> float:
        """Between 0 and 1."""
        return self.score / 10_000


class Crowd(models.Model):
    """So many customers share a name or an identifier that they were not compared with each other for it."""

    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=640)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("crowd")
        constraints: ClassVar = [models.UniqueConstraint("kind", "value", name="each_crowd_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class SweepQuerySet(models.QuerySet["Sweep"]):
    def under_way(self) -> Self:
        return self.filter(ended_at=None)


class Sweep(models.Model):
    """All customers compared with each other, by their ids: how far it has come, up to `last`, and who asked for it."""

    STUCK = timedelta(minutes=1)

    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    last = models.BigIntegerField()
    compared = models.BigIntegerField(default=0)
    total = models.BigIntegerField(help_text="So many there were when it began.")
    moved_at = models.DateTimeField(help_text="When it last got on.")
    stopped = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison of all customers")

    def __str__(self) -> str:
        return f"{self.compared} / {self.total}"

    @property
    def under_way(self) -> bool:
        return self.ended_at is None

    @property
    def stalled(self) -> bool:
        return self.under_way and timezone.now() - self.moved_at > self.STUCK
