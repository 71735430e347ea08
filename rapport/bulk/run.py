"""Do a bulk run piece by piece, each with its place in one transaction: killed at any moment, it goes on where it was."""

import time
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.bulk.action import Action, Batch, Outcome, Records
from rapport.bulk.export import write_file
from rapport.bulk.models import BulkPiece, BulkRefusal, BulkRun, State
from rapport.bulk.records import RECORDS
from rapport.journal.models import Fact
from rapport.journal.record import record


def run(run_id: int, *, spell: float | None = None) -> BulkRun:
    """Go on until all is done, somebody stops it, or for ``spell`` seconds. Twice at once is harmless."""
    begun = time.monotonic()
    started = BulkRun.objects.select_related("by").get(pk=run_id)
    records = RECORDS[started.records]
    action = records.named(started.action)
    with override(started.by.language):
        if action.file:
            return write_file(started, records)
        while one_piece(run_id, records, action, at=timezone.now()):
            if spell and time.monotonic() - begun > spell:
                break
    return BulkRun.objects.get(pk=run_id)


def one_piece(run_id: int, records: Records, action: Action, *, at: datetime) -> bool:
    """One piece and the new place of the cursor; False when there is no more to do."""
    begun = time.monotonic()
    with transaction.atomic():
        now = BulkRun.objects.select_for_update(of=("self",)).select_related("by").get(pk=run_id)
        if now.state != State.RUNNING:
            return False
        if not now.by.allows(action.needs):
            end(now, State.BROKEN, at=at, trouble=_("Whoever started it may no longer do this."))
            return False
        piece = BulkPiece.objects.filter(run=now, number=now.cursor).first()
        if piece is None:
            end(now, State.DONE, at=at)
            return False
        done = did(now, piece, records, action, at=at)
        refuse(now, done.refused)
        piece.at, piece.back = at, dict(done.back)
        piece.save(update_fields=["at", "back"])
        now.cursor += 1
        now.changed += done.changed
        now.refused += len(done.refused)
        now.same += len(piece.ids) - done.changed - len(done.refused)
        now.moved_at, now.trouble = at, ""
        now.seconds += time.monotonic() - begun
        now.save(update_fields=["cursor", "changed", "refused", "same", "moved_at", "trouble", "seconds"])
    return True


def did(now: BulkRun, piece: BulkPiece, records: Records, action: Action, *, at: datetime) -> Outcome:
    """Do it to those that are there and that whoever started it may still see."""
    seen = set(records.kept.rows(now.by).filter(pk__in=piece.ids).values_list("pk", flat=True))
    ids = [pk for pk in piece.ids if pk in seen]
    done = action.do(Batch(ids, now.said, now.by, at)) if ids and action.do else Outcome()
    gone = _("No longer here, or no longer yours to see.")
    done.refused.update((pk, gone) for pk in piece.ids if pk not in seen)
    return done


def refuse(now: BulkRun, refused: Mapping[int, str], *, undoing: bool = False) -> None:
    BulkRefusal.objects.bulk_create(
        BulkRefusal(run=now, subject=pk, reason=str(reason)[:400], undoing=undoing) for pk, reason in refused.items()
    )


def end(now: BulkRun, state: State, *, at: datetime, trouble: str = "") -> None:
    now.state, now.moved_at, now.trouble = state, at, trouble
    now.save(update_fields=["state", "moved_at", "trouble"])
    record(Fact.BULK_ENDED, [now.pk], by=now.by, at=at)
