"""Take a whole run back, the last piece first; what somebody changed since stays, and is reported."""

import time
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from rapport.bulk.action import Action, Undone
from rapport.bulk.models import BulkPiece, BulkRefusal, BulkRun, State
from rapport.bulk.records import RECORDS
from rapport.bulk.run import end, refuse
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

READY = (State.DONE, State.STOPPED, State.BROKEN)


def start_taking_back(run: BulkRun, *, by: User, at: datetime) -> bool:
    """Set it going; False when it runs, is taken back already, or has nothing to take back."""
    with transaction.atomic():
        now = BulkRun.objects.select_for_update().get(pk=run.pk)
        if now.state not in READY or action_of(now).undo is None:
            return False
        BulkRefusal.objects.filter(run=now, undoing=True).delete()
        now.state, now.moved_at, now.back, now.left = State.UNDOING, at, 0, 0
        now.save(update_fields=["state", "moved_at", "back", "left"])
        record(Fact.BULK_STARTED, [now.pk], by=by, at=at)
    return True


def action_of(run: BulkRun) -> Action:
    return RECORDS[run.records].named(run.action)


def take_run_back(run_id: int, *, by: User | None, spell: float | None = None) -> BulkRun:
    """Go on until all of it is back, or for ``spell`` seconds."""
    begun = time.monotonic()
    started = BulkRun.objects.select_related("by").get(pk=run_id)
    with override(started.by.language):
        while piece_back(run_id, by=by or started.by, at=timezone.now()):
            if spell and time.monotonic() - begun > spell:
                break
    return BulkRun.objects.get(pk=run_id)


def piece_back(run_id: int, *, by: User, at: datetime) -> bool:
    """One piece; False when there is no more to do."""
    with transaction.atomic():
        now = BulkRun.objects.select_for_update(of=("self",)).select_related("by").get(pk=run_id)
        action = action_of(now)
        if now.state != State.UNDOING or action.undo is None:
            return False
        piece = BulkPiece.objects.filter(run=now, number=now.cursor - 1).first()
        if piece is None:
            end(now, State.UNDONE, at=at)
            return False
        if piece.back and piece.at:
            taken = action.undo(Undone(piece.back, piece.at, by, at))
            refuse(now, taken.left, undoing=True)
            now.back += taken.back
            now.left += len(taken.left)
        now.cursor -= 1
        now.moved_at, now.trouble = at, ""
        now.save(update_fields=["cursor", "back", "left", "moved_at", "trouble"])
    return True
