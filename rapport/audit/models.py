"""Blocks over the digests of rows: what is sealed, in what shape, in which order, and what a check found."""

from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User


class Watched(models.Model):
    """A table that is sealed. Each row with an id up to ``top`` is sealed, but for those that a ``Gap`` waits for."""

    label = models.CharField(max_length=100, unique=True)
    top = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("sealed table")

    def __str__(self) -> str:
        return self.label


class Shape(models.Model):
    """Which columns of a table a digest covers, in their order; a table that gets a new column gets a new shape."""

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="shapes", db_index=False)
    columns = ArrayField(models.CharField(max_length=63))

    class Meta:
        verbose_name = _("shape of a sealed table")

    def __str__(self) -> str:
        return f"{self.watched_id}: {', '.join(self.columns)}"


class Gap(models.Model):
    """Ids that were passed over while somebody may still have been writing them, and the transactions to wait for."""

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="gaps", db_index=False)
    after = models.BigIntegerField()
    through = models.BigIntegerField()
    waiters = ArrayField(models.CharField(max_length=40), null=True, help_text="None: not looked at again yet.")

    class Meta:
        verbose_name = _("gap")

    def __str__(self) -> str:
        return f"{self.watched_id}: {self.after}–{self.through}"


class Block(models.Model):
    """Some rows sealed at one moment. Its hash covers the block before it and the digest of each entry, in order."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("block")
        indexes: ClassVar = [models.Index(fields=["at"], name="blocks_by_time")]
        triggers: ClassVar = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {bytes(self.hash).hex()}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        """What one did oneself; for whoever oversees a team the team's; for whoever sees everything all of it."""
        if user.sees_all:
            return self
        overseen = User.objects.filter(team__in=user.oversees).values("pk")
        return self.filter(models.Q(actor=user.pk) | models.Q(actor__in=overseen))


class Entry(models.Model):
    """One sealed row: its digest, and where, when, by whom and about whom it was, so that the trail is found by index.

    Without foreign keys: they would be checked for each of the thousands of rows of a block, and keep sealed rows from
    going. The salt is all that may change: without it, the digest says nothing about what the row said.
    """

    id = models.BigIntegerField(primary_key=True, help_text="Its place in the chain, without gaps.")
    watched = models.SmallIntegerField()
    shape = models.SmallIntegerField()
    row = models.BigIntegerField()
    object = models.BigIntegerField(help_text="The record whose history the row is; else the row itself.")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    homes = ArrayField(models.BigIntegerField(), help_text="The customers that it is about, where they are few.")
    salt = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=32)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit trail")
        constraints: ClassVar = [models.UniqueConstraint("watched", "row", name="each_row_is_sealed_once")]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="entries_by_time"),
            models.Index(fields=["actor", "-at", "-id"], name="entries_of_an_actor"),
            models.Index(fields=["watched", "-at", "-id"], name="entries_of_a_table"),
            models.Index(fields=["kind", "-at", "-id"], name="entries_of_a_kind"),
            models.Index(fields=["watched", "object", "-row"], name="entries_of_a_record"),
            GinIndex(fields=["homes"], condition=~models.Q(homes=[]), name="entries_about_a_customer"),
            models.Index(fields=["id"], condition=models.Q(salt=None), name="entries_forgotten"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="stays_as_it_is", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["salt"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.watched} {self.row}"


class Reading(models.Model):
    """That somebody was shown sensitive fields of some records; an append-only ledger."""

    SEALED: ClassVar = True
    HOMES_COLUMN: ClassVar = "customer_ids"

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    table = models.CharField(max_length=100)
    customer_ids = ArrayField(models.BigIntegerField(), default=list, help_text="The rows, where they are customers.")
    subject_ids = ArrayField(models.BigIntegerField(), default=list, help_text="The rows of any other table.")
    fields = ArrayField(models.CharField(max_length=100))
    place = models.CharField(max_length=200, blank=True, help_text="The page, endpoint or job that showed them.")

    class Meta:
        verbose_name = _("reading of sensitive fields")
        triggers: ClassVar = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.table}: {', '.join(self.fields)}"


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002 - whoever may see the trail may see whether it is whole
        return self


class Check(models.Model):
    """A check of the whole trail: when, asked for by whom, and what it found."""

    asked_at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    blocks = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    erased = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list, help_text="[block, kind, table, row] of each, the first hundred")
    broken = models.BigIntegerField(default=0, help_text="How many faults there are.")
    head = models.CharField(max_length=64, blank=True, help_text="The hash of the newest block.")

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the audit trail")

    def __str__(self) -> str:
        return f"{self.asked_at}: {self.broken}"
