"""Set a migration going, go on with it import by import, stop it, and take all of it back, the last import first."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from rapport.imports.models import ImportRun, ImportTrace, State
from rapport.imports.revert import REVERTIBLE, go_on_reverting, revert, start_revert
from rapport.imports.run import run as run_import
from rapport.imports.start import start
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.migration.models import Migration, MigrationStep
from rapport.migration.owners import count_owned
from rapport.migration.recount import recount
from rapport.migration.steps import lay_out
from rapport.people.models import User

OPEN = (State.DRAFT, State.STOPPED, State.BROKEN, State.RUNNING)
Progress = Callable[[ImportRun], None]


@transaction.atomic
def begin(migration: Migration, *, by: User | None, at: datetime, defer: bool) -> bool:
    """Set it going, or going on; False when it is at something else. Deferred, the queue does the work."""
    mine = Migration.objects.select_for_update().get(pk=migration.pk)
    if mine.state not in OPEN:
        return False
    if mine.state == State.DRAFT:
        lay_out(mine)
    mine.state, mine.by, mine.moved_at, mine.trouble, mine.ended_at = State.RUNNING, by, at, "", None
    mine.queued = defer
    mine.save()
    advance(mine, by=by, at=at, defer=defer)
    return True


def advance(migration: Migration, *, by: User | None, at: datetime, defer: bool) -> ImportRun | None:
    """Start the next import, in the caller's transaction; without one the migration is done."""
    step = migration.steps.select_related("run").exclude(run__state=State.DONE).order_by("place").first()
    if step is None:
        migration.state, migration.ended_at, migration.moved_at = State.DONE, at, at
        migration.save(update_fields=["state", "ended_at", "moved_at"])
        count_owned(migration)
        recount(migration)
        record(Fact.MIGRATION_ENDED, [migration.pk], by=by, at=at)
        return None
    return start(step.run, by=by, at=at, defer=defer)


@transaction.atomic
def go_ahead(run_ids: list[int], *, at: datetime) -> None:
    """Imports ended: those that are part of a migration are followed by its next."""
    for step in MigrationStep.objects.filter(run__in=run_ids).select_related("run"):
        migration = Migration.objects.select_for_update(of=("self",)).select_related("by").get(pk=step.migration_id)
        if migration.state != State.RUNNING or not migration.queued:
            continue
        if step.run.state == State.BROKEN:
            migration.state, migration.moved_at = State.BROKEN, at
            migration.trouble = f"{step.run.file_name}: {step.run.trouble}"[:400]
            migration.save(update_fields=["state", "trouble", "moved_at"])
        elif step.run.state == State.DONE:
            advance(migration, by=migration.by, at=at, defer=True)


def run_all(migration_id: int, *, at: datetime, progress: Progress | None = None) -> Migration:
    """All imports of a migration that was begun, here and now, one after the other."""
    while True:
        migration = Migration.objects.get(pk=migration_id)
        step = migration.steps.filter(run__state=State.RUNNING).order_by("place").first()
        if migration.state != State.RUNNING or step is None:
            return migration
        done = run_import(step.run_id, progress=progress)
        with transaction.atomic():
            mine = Migration.objects.select_for_update().get(pk=migration_id)
            if done.state == State.DONE:
                advance(mine, by=mine.by, at=at, defer=False)
            elif done.state != State.RUNNING:
                mine.state, mine.trouble = done.state, f"{done.file_name}: {done.trouble}"[:400]
                mine.save(update_fields=["state", "trouble"])


@transaction.atomic
def stop(migration: Migration, *, at: datetime) -> None:
    """Stop behind the piece that is being written; what is in stays in."""
    mine = Migration.objects.select_for_update().get(pk=migration.pk)
    if mine.state == State.REHEARSING:
        mine.state = State.DRAFT
    elif mine.state == State.RUNNING:
        mine.state = State.STOPPED
        ImportRun.objects.filter(step__migration=mine, state=State.RUNNING).update(state=State.STOPPED, moved_at=at)
    mine.moved_at = at
    mine.save(update_fields=["state", "moved_at"])


def can_revert(migration: Migration) -> bool:
    """Whether it stands still and anything that it wrote can still be taken back."""
    written = ImportTrace.objects.filter(run__step__migration=migration, run__state__in=REVERTIBLE)
    return migration.state in REVERTIBLE and written.exists()


@transaction.atomic
def start_taking_back(migration: Migration, *, by: User | None, at: datetime, defer: bool) -> bool:
    """Take it all back; False when there is nothing to take back or it is at something else."""
    mine = Migration.objects.select_for_update().get(pk=migration.pk)
    if mine.state == State.REVERTING or not can_revert(mine):
        return False
    mine.state, mine.moved_at, mine.trouble, mine.queued = State.REVERTING, at, "", defer
    mine.save(update_fields=["state", "moved_at", "trouble", "queued"])
    retreat(mine, None, by=by, at=at, defer=defer)
    return True


def retreat(migration: Migration, below: int | None, *, by: User | None, at: datetime, defer: bool) -> ImportRun | None:
    """Take the last import below that place back, in the caller's transaction; without one all is taken back."""
    steps = migration.steps.select_related("run").order_by("-place")
    for step in steps if below is None else steps.filter(place__lt=below):
        if step.run.state in REVERTIBLE and start_revert(step.run, by=by, at=at, defer=defer):
            return step.run
    migration.state, migration.moved_at, migration.ended_at = State.REVERTED, at, at
    migration.save(update_fields=["state", "moved_at", "ended_at"])
    record(Fact.MIGRATION_ENDED, [migration.pk], by=by, at=at, reverted="yes")
    return None


@transaction.atomic
def go_on_taking_back(migration: Migration, *, by: User | None, at: datetime) -> None:
    """Let the queue look at it again, where the worker was lost."""
    Migration.objects.filter(pk=migration.pk).update(queued=True)
    step = migration.steps.filter(run__state=State.REVERTING).select_related("run").order_by("-place").first()
    if step:
        go_on_reverting(step.run, by=by, at=at)
    else:
        retreat(migration, None, by=by, at=at, defer=True)


@transaction.atomic
def go_back(run_ids: list[int], *, by: User | None, at: datetime) -> None:
    """Imports were taken back: of a migration that is taken back, the one before follows."""
    for step in MigrationStep.objects.filter(run__in=run_ids):
        migration = Migration.objects.select_for_update().get(pk=step.migration_id)
        if migration.state == State.REVERTING and migration.queued:
            retreat(migration, step.place, by=by, at=at, defer=True)


def take_all_back(migration_id: int, *, by: User | None, at: datetime) -> Migration:
    """All that is left of a migration that is being taken back, here and now."""
    while True:
        migration = Migration.objects.get(pk=migration_id)
        step = migration.steps.filter(run__state=State.REVERTING).order_by("-place").first()
        if migration.state != State.REVERTING or step is None:
            return migration
        revert(step.run_id, by=by)
        with transaction.atomic():
            retreat(Migration.objects.select_for_update().get(pk=migration_id), step.place, by=by, at=at, defer=False)
