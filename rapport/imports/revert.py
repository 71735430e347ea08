"""Take a whole import back, the newest piece first, each in one transaction; what others changed since stays."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from rapport.imports.models import ImportLeft, ImportPiece, ImportRun, ImportTrace, State
from rapport.imports.undo_step import undo_step
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

KEPT = timedelta(days=30)
# Up to here the counts are found while one waits.
SHORT = 5_000
REVERTIBLE = (State.DONE, State.STOPPED, State.BROKEN, State.REVERTED)
COUNTED = (
    "customers",
    "records",
    "interactions",
    "orders",
    "deals",
    "products",
    "leads",
    "corrections",
    "consents",
    "rows_back",
    "rows_left",
)
Progress = Callable[[ImportRun], None]


def revertible(run: ImportRun) -> bool:
    """Whether there is anything that this run wrote and that can still be taken back."""
    return run.state in REVERTIBLE and ImportTrace.objects.filter(run=run.pk).exists()


def weigh_later(run: ImportRun, *, by: User | None, at: datetime, defer: bool) -> bool:
    """Find out what taking the run back would do; False when it is at something else."""
    with transaction.atomic():
        waiting = ImportRun.objects.filter(pk=run.pk, state__in=REVERTIBLE)
        undone = {"before": run.state, "rows": run.undone.get("rows", 0)}
        moved = waiting.update(state=State.WEIGHING, moved_at=at, share=0, undone=undone)
        if moved and defer:
            record(Fact.IMPORT_STARTED, [run.pk], by=by, at=at, revert="weigh")
    return bool(moved)


def weigh(run_id: int, *, at: datetime) -> None:
    """Take all of it back and let nothing of that stand: the counts are those of the real thing."""
    reasons: Counter[str] = Counter()
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state != State.WEIGHING:
            return
        before = run.undone.get("before", State.DONE)
        counts: Counter[str] = Counter()
        with transaction.atomic():
            ImportLeft.objects.filter(run=run).delete()
            for piece in ImportPiece.objects.filter(run=run).order_by("-step").iterator(chunk_size=10):
                counts += undo_step(run, piece, by=None, at=at)
            reasons = Counter(ImportLeft.objects.filter(run=run).values_list("reason", flat=True))
            transaction.set_rollback(True)
        run.undone = {
            "before": before,
            "would": {name: counts[name] for name in COUNTED},
            "reasons": dict(reasons),
        }
        run.state, run.moved_at = before, at
        run.save(update_fields=["undone", "state", "moved_at"])


def start_revert(run: ImportRun, *, by: User | None, at: datetime, defer: bool) -> bool:
    """Set the taking back going; False when it is going already or there is nothing to take back."""
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not revertible(now):
            return False
        ImportLeft.objects.filter(run=now).delete()
        now.state, now.undone_to, now.share, now.moved_at, now.undone = State.REVERTING, None, 0, at, {}
        now.save(update_fields=["state", "undone_to", "share", "moved_at", "undone"])
        if defer:
            go_on_reverting(now, by=by, at=at)
    return True


def go_on_reverting(run: ImportRun, *, by: User | None, at: datetime) -> None:
    """Let the queue look at it again; the pieces that are back already are not looked at twice."""
    record(Fact.IMPORT_STARTED, [run.pk], by=by, at=at, revert="yes")


def revert(run_id: int, *, by: User | None, progress: Progress | None = None, spell: float | None = None) -> ImportRun:
    """Go on taking the run back until all of it is, or for ``spell`` seconds. After a crash it goes on where it was."""
    begun = time.monotonic()
    while take_back(run_id, by=by, at=timezone.now()):
        if progress:
            progress(ImportRun.objects.get(pk=run_id))
        if spell and time.monotonic() - begun > spell:
            break
    return ImportRun.objects.get(pk=run_id)


def take_back(run_id: int, *, by: User | None, at: datetime) -> bool:
    """One piece; False when there is no more to do."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state != State.REVERTING:
            return False
        pieces = ImportPiece.objects.filter(run=run).order_by("-step")
        piece = (pieces.filter(step__lt=run.undone_to) if run.undone_to is not None else pieces).first()
        if piece is None:
            finish(run, by=by, at=at)
            return False
        counts = undo_step(run, piece, by=by, at=at)
        run.undone = {name: run.undone.get(name, 0) + counts[name] for name in COUNTED}
        run.undone_to, run.moved_at = piece.step, at
        run.share = 1 - (piece.step / run.cursor if run.cursor else 1)
        run.save(update_fields=["undone", "undone_to", "moved_at", "share"])
    return True


def finish(run: ImportRun, *, by: User | None, at: datetime) -> None:
    run.state, run.undone_at, run.moved_at, run.share, run.undone_to = State.REVERTED, at, at, 1, None
    run.save(update_fields=["state", "undone_at", "moved_at", "share", "undone_to"])
    if not ImportLeft.objects.filter(run=run).exists():
        ImportTrace.objects.filter(run=run).delete()
    record(Fact.IMPORT_REVERTED, [run.pk], by=by, at=at, **{name: run.undone.get(name, 0) for name in COUNTED})


def forget_traces(*, at: datetime) -> int:
    """Drop what is kept to take imports back that are older than that is promised for."""
    old = ImportRun.objects.filter(moved_at__lt=at - KEPT).exclude(state__in=[State.RUNNING, State.REVERTING])
    gone, _each = ImportTrace.objects.filter(run__in=old).delete()
    ImportPiece.objects.filter(run__in=old).delete()
    return gone
