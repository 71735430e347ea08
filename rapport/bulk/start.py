"""Freeze which records are meant, and set the run going."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from rapport.bulk.action import Action, Records, Said
from rapport.bulk.models import BulkRun, State
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

PIECE = 1_000


class BulkError(Exception):
    """A bulk change that can't be started; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Selection:
    """Which records are meant: these ids, or all that a list with this address shows."""

    ids: Sequence[int] = ()
    query: str = ""
    whole: bool = False

    def rows(self, records: Records, user: User) -> QuerySet[Any]:
        """The rows that are meant, as far as ``user`` sees them now."""
        if self.whole:
            return records.kept.chosen(self.query.lstrip("?"), user)
        return records.kept.rows(user).filter(pk__in=self.ids)


@transaction.atomic
def start(records: Records, action: Action, selection: Selection, said: Said, *, by: User, at: datetime) -> BulkRun:
    """The run, on its way. Raises BulkError (nothing chosen, too many)."""
    run = BulkRun.objects.create(
        records=records.name, action=action.name, said=dict(said), by=by, created_at=at, moved_at=at
    )
    run.total, run.pieces_count = frozen(run, selection.rows(records, by))
    if not run.total:
        raise BulkError("nothing chosen")
    if action.most and run.total > action.most:
        raise BulkError("too many")
    run.save(update_fields=["total", "pieces_count"])
    if action.undo:
        words = {"run": run.pk}
        keep(Deed.BULK, [], by=by, at=at, back=words, records=run.records, action=run.action, total=run.total)
    record(Fact.BULK_STARTED, [run.pk], by=by, at=at)
    return run


def frozen(run: BulkRun, rows: QuerySet[Any]) -> tuple[int, int]:
    """Write down the ids in pieces, in one statement; how many there are of each."""
    try:
        text, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH written AS (
                    INSERT INTO bulk_bulkpiece (run_id, number, ids)
                    SELECT %s, (place - 1) / {PIECE}, array_agg(id ORDER BY id)
                    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM ({text}) AS meant(id)) AS ordered
                    GROUP BY 2
                    RETURNING cardinality(ids) AS size
                ) SELECT coalesce(sum(size), 0), count(*) FROM written""",  # noqa: S608
            [run.pk, *values],
        )
        total, pieces = cursor.fetchone()
    return int(total), int(pieces)


def go_on(run: BulkRun, *, by: User, at: datetime) -> bool:
    """Let a run that stopped, broke off or lost its worker go on where it was; False when there is nothing to do."""
    with transaction.atomic():
        waiting = BulkRun.objects.filter(pk=run.pk, state__in=[State.STOPPED, State.BROKEN])
        moved = waiting.update(state=State.RUNNING, trouble="", moved_at=at)
        stalled = BulkRun.objects.filter(pk=run.pk, state__in=[State.RUNNING, State.UNDOING]).exists()
        if moved or stalled:
            record(Fact.BULK_STARTED, [run.pk], by=by, at=at)
    return bool(moved or stalled)


def stop(run: BulkRun, *, at: datetime) -> bool:
    """After the piece that is being done; what is done stays done."""
    return bool(BulkRun.objects.filter(pk=run.pk, state=State.RUNNING).update(state=State.STOPPED, moved_at=at))
