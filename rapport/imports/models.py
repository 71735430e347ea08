"""Imports: which file, read how, how far it got and what became of every row."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.imports.fields import Kind
from rapport.imports.plan import Plan, written
from rapport.people.access import team_work_of
from rapport.people.models import User


class State(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    REHEARSING = "rehearsing", _("Being rehearsed")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    BROKEN = "broken", _("Broken off")
    WEIGHING = "weighing", _("Being looked through")
    REVERTING = "reverting", _("Being taken back")
    REVERTED = "reverted", _("Taken back")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """One's own and one's team's; an administrator sees all."""
        if user.sees_all:
            return self
        return self.filter(team_work_of(user, "by"))

    def newest_first(self) -> Self:
        return self.select_related("by").order_by("-created_at", "-pk")

    def by_themselves(self) -> Self:
        """Without what something larger is still preparing."""
        return self.exclude(part=True, state=State.DRAFT)


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
    linked = models.BigIntegerField(default=0, db_default=0, help_text="Links that stand because of this file.")
    adrift = models.BigIntegerField(default=0, db_default=0, help_text="Ids that lead to nothing that is here.")
    rehearsal = models.JSONField(default=dict, help_text="What a dry run over the whole file said.")
    trouble = models.CharField(max_length=400, blank=True, help_text="Why it broke off.")
    seconds = models.FloatField(default=0)
    part = models.BooleanField(default=False, db_default=False, help_text="Part of something larger, which starts it.")
    undone = models.JSONField(
        default=dict, db_default={}, help_text="What taking it back did or would do, by what it is."
    )
    undone_to = models.BigIntegerField(null=True, help_text="While it is taken back: the steps from here on are.")
    undone_at = models.DateTimeField(null=True)
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
        return self.state in {State.RUNNING, State.REHEARSING, State.WEIGHING, State.REVERTING}


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


class ImportTrace(models.Model):
    """What one statement of a run wrote, kept by a trigger in its transaction: ids, and old and new rows of changes."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="traces", db_index=False)
    step = models.BigIntegerField(help_text="The last row of the piece that wrote it.")
    label = models.CharField(max_length=63, help_text="The table.")
    deed = models.CharField(max_length=6)
    ids = ArrayField(models.BigIntegerField())
    images = models.JSONField(default=list, help_text="[before, after] of each changed row, what a deleted row was")

    class Meta:
        verbose_name = _("trace of an import")
        indexes: ClassVar = [models.Index(fields=["run", "step"], name="traces_of_a_step")]

    def __str__(self) -> str:
        return f"{self.deed} {self.label}: {len(self.ids)}"


class ImportPiece(models.Model):
    """What became of each row of one piece of a run, in the order of the rows."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="pieces", db_index=False)
    step = models.BigIntegerField()
    numbers = ArrayField(models.BigIntegerField())
    outcomes = models.TextField(
        help_text="A letter a row: c created, n created of nobody yet, u updated, s skipped, f failed."
    )
    subjects = ArrayField(models.BigIntegerField(null=True), help_text="The member, interaction or order of each row.")

    class Meta:
        verbose_name = _("piece of an import")
        constraints: ClassVar = [models.UniqueConstraint("run", "step", name="each_piece_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run_id} up to row {self.step}"


class Stay(models.TextChoices):
    """Why something stays when its import is taken back."""

    BY_HAND = "by hand", _("Changed by hand since")
    SAID_ANEW = "said anew", _("Its source or another one has said more since")
    MERGED = "merged", _("Merged with another customer since")
    JOINED = "joined", _("Another record has joined this customer since")
    INTERACTIONS = "interactions", _("Has later interactions")
    CORRECTED = "corrected", _("Corrected by its source since")
    ASSIGNED = "assigned", _("Assigned to a customer by hand since")
    SHARED = "shared", _("The line is shared with another customer since")
    TOGETHER = "together", _("Belongs to something that stays")
    USED = "used", _("Something else depends on it")


class ImportLeft(models.Model):
    """What was left as it is when an import was taken back, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="left")
    label = models.CharField(max_length=63, help_text="The table of what stays.")
    subject = models.BigIntegerField(help_text="The member, interaction or order that stays.")
    rows = ArrayField(models.BigIntegerField(), help_text="The rows of the file that made it what it is.")
    field = models.CharField(_("field"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Stay.choices)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("thing left by a revert")

    def __str__(self) -> str:
        return f"{self.label} {self.subject}: {self.reason}"


class WatchQuerySet(models.QuerySet["ImportWatch"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("imports.change_watch") else self.none()

    def due(self, at: datetime) -> Self:
        return self.filter(active=True, next_at__lte=at)


class ImportWatch(models.Model):
    """A folder below the drop folder whose files are taken in by themselves, each in the same way."""

    folder = models.CharField(_("folder"), max_length=400, blank=True, help_text=_("Below the drop folder."))
    pattern = models.CharField(
        _("files"), max_length=100, default="*", help_text=_("Such as *.csv; * stands for anything.")
    )
    plan = models.JSONField(help_text="How each file is read.")
    minutes = models.PositiveIntegerField(_("every so many minutes"), default=15)
    active = models.BooleanField(_("active"), default=True)
    next_at = models.DateTimeField(_("next look"), default=timezone.now)
    looked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=400, blank=True, help_text="Why the last look failed.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watched folder")
        constraints: ClassVar = [models.UniqueConstraint("folder", "pattern", name="each_watch_once")]

    def __str__(self) -> str:
        return f"{self.folder}/{self.pattern}".lstrip("/")


class WatchedFile(models.Model):
    """A file that a watch has seen: how large and how old it was then, and the import that took it."""

    watch = models.ForeignKey(ImportWatch, models.CASCADE, related_name="files", db_index=False)
    name = models.CharField(max_length=400)
    size = models.BigIntegerField()
    changed_ns = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True, help_text="Empty until it is complete.")
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+")
    trouble = models.CharField(max_length=400, blank=True)
    seen_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="When it was put away with its report.")

    class Meta:
        verbose_name = _("watched file")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "watch", "name", condition=models.Q(settled_at=None), name="each_waiting_file_once"
            ),
            models.UniqueConstraint("watch", "digest", condition=~models.Q(run=None), name="each_content_once_a_watch"),
        ]

    def __str__(self) -> str:
        return self.name
