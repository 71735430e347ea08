"""Imports: which file, read how, how far it got and what became of every row."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.imports.fields import Kind
from rapport.imports.plan import Plan, written
from rapport.people.models import User
from rapport.people.roles import Role


class State(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    REHEARSING = "rehearsing", _("Being rehearsed")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    BROKEN = "broken", _("Broken off")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """One's own and one's team's; an administrator sees all."""
        if user.role == Role.ADMINISTRATOR:
            return self
        mine = models.Q(by=user)
        return self.filter(mine | models.Q(by__team=user.team_id) if user.team_id else mine)

    def newest_first(self) -> Self:
        return self.select_related("by").order_by("-created_at", "-pk")


class ImportRun(models.Model):
    """One file on its way in. `cursor` counts the rows that are done; it moves in the transaction that wrote them."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=100)
    file_name = models.CharField(_("file"), max_length=400)
    path = models.CharField(max_length=1000)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file: the same file is known again.")
    plan = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    share = models.FloatField(default=0, help_text="How much of the file has been read, from 0 to 1.")
    cursor = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    unassigned = models.BigIntegerField(default=0)
    passed_over = models.BigIntegerField(default=0, help_text="Rows that the conditions left out.")
    ragged = models.BigIntegerField(default=0, help_text="Rows with too few or too many cells, or a stray quote.")
    rehearsal = models.JSONField(default=dict, help_text="What a dry run over the whole file said.")
    trouble = models.CharField(max_length=400, blank=True, help_text="Why it broke off.")
    seconds = models.FloatField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now, help_text="When it last got on.")
    ended_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        indexes: ClassVar = [models.Index(fields=["digest"], name="imports_of_a_file")]

    def __str__(self) -> str:
        return self.file_name

    def follow(self, plan: Plan) -> None:
        self.kind, self.source, self.plan = plan.kind, plan.source, written(plan)

    @property
    def busy(self) -> bool:
        return self.state in {State.RUNNING, State.REHEARSING}


class ImportFailure(models.Model):
    """A row that could not be taken in, as it stood in the file, with the reason."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="failures", db_index=False)
    number = models.BigIntegerField()
    line = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=400)
    cells = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("failed row")
        constraints: ClassVar = [models.UniqueConstraint("run", "number", name="each_failure_once_a_run")]

    def __str__(self) -> str:
        return self.reason
