"""Write the chosen records into a file, in the background: started again from the beginning when killed."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from rapport.bulk.action import Records
from rapport.bulk.models import BulkPiece, BulkRun, State
from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.shown import note_columns
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.ui.export import pieces_of

KEPT = timedelta(days=7)
UNDOABLE = timedelta(days=30)


class StoppedError(Exception):
    """Somebody stopped it."""


def place_of(run: BulkRun) -> Path:
    folder: Path = settings.HOME / "exports"
    return folder / f"{run.pk}.{run.said['form']}"


def write_file(run: BulkRun, records: Records) -> BulkRun:
    """All lines in the columns of the list, where formulas stay words; the file appears when it is whole."""
    begun, place = time.monotonic(), place_of(run)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_suffix(f".{os.getpid()}")
    listing = records.kept.listing(run.by)
    columns = [one for one in listing.columns if one.shown]
    header = [str(one.label) for one in columns]
    zone: tzinfo = ZoneInfo(run.by.time_zone) if run.by.time_zone else timezone.get_default_timezone()
    counts = {"seen": 0}
    try:
        with draft.open("wb") as file:
            for piece in pieces_of(run.said["form"], header, lines(run, records, columns, counts), zone):
                file.write(piece)
        draft.replace(place)
    except StoppedError:
        return BulkRun.objects.get(pk=run.pk)
    finally:
        draft.unlink(missing_ok=True)
    at = timezone.now()
    waiting = BulkRun.objects.filter(pk=run.pk, state=State.RUNNING)
    done = {"changed": counts["seen"], "refused": run.total - counts["seen"], "cursor": run.pieces_count}
    if waiting.update(state=State.DONE, moved_at=at, seconds=time.monotonic() - begun, **done):
        record(Fact.BULK_ENDED, [run.pk], by=run.by, at=at)
    return BulkRun.objects.get(pk=run.pk)


def lines(run: BulkRun, records: Records, columns: list[Any], counts: dict[str, int]) -> Iterator[list[Any]]:
    """The rows piece by piece, as far as whoever asked may see them now."""
    listing = records.kept.listing(run.by)
    for piece in BulkPiece.objects.filter(run=run).order_by("number").iterator(chunk_size=10):
        moved = BulkRun.objects.filter(pk=run.pk, state=State.RUNNING)
        if not moved.update(cursor=piece.number, moved_at=timezone.now()):
            raise StoppedError
        seen = list(records.kept.rows(run.by).filter(pk__in=piece.ids).order_by("pk").values_list("pk", flat=True))
        loaded = listing.load(seen)
        counts["seen"] += len(seen)
        if records.kept is CUSTOMER_LIST:
            note_columns(
                (one.name for one in columns), ids=seen, reader=run.by, place=f"/bulk/{run.pk}/", at=timezone.now()
            )
        yield from ([(one.plain or one.value)(loaded[pk]) for one in columns] for pk in seen if pk in loaded)


def let_go(*, at: datetime) -> None:
    """Files are kept for a week; runs that can't be taken back any more lose their pieces."""
    folder: Path = settings.HOME / "exports"
    for file in folder.glob("*") if folder.is_dir() else ():
        if file.stat().st_mtime < (at - KEPT).timestamp():
            file.unlink(missing_ok=True)
    old = BulkRun.objects.filter(moved_at__lt=at - UNDOABLE).exclude(state__in=[State.RUNNING, State.UNDOING])
    BulkPiece.objects.filter(run__in=old).delete()
