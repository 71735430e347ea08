"""Run an import from where it stands: chunk by chunk, each with its cursor in one transaction."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.imports.ahead import ahead
from rapport.imports.models import ImportFailure, ImportRun, State
from rapport.imports.plan import Plan, read
from rapport.imports.rows import PlannedRows
from rapport.imports.take_in import Intake, ReadRows, Result, Status
from rapport.imports.trace import traced
from rapport.imports.unreadable import in_words
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array
from rapport.lib.disk import is_full
from rapport.lib.layouts import Row, UnreadableError

CHUNK = 10_000
# The first piece is small: while it is written, the second one is read.
FIRST = 1_000
# Rows that are long come in fewer at a time, so that memory stays flat.
MOST_SIGNS = 4_000_000
COUNTED = ("rows", "created", "updated", "skipped", "failed", "unassigned", "passed_over", "ragged", "linked", "adrift")
Progress = Callable[[ImportRun], None]


@dataclass(frozen=True)
class Chunk:
    """Rows that go in together; `last` is the number of the last one that was read for it, `share` how far it stands.

    `read` is what they mean, where that could be told before their turn.
    """

    rows: Sequence[Row]
    last: int
    passed_over: int
    share: float = 0
    read: ReadRows | None = None


def run(run_id: int, *, progress: Progress | None = None, spell: float | None = None) -> ImportRun:
    """Go on with an import until it is done or stopped. Running twice at once is harmless: the second gives way.

    ``spell`` ends it after so many seconds, still running, so that other work gets its turn.
    """
    started = ImportRun.objects.select_related("by").get(pk=run_id)
    plan = read(started.plan)
    with override(started.by.language if started.by else "en"):
        try:
            return go_on(started, plan, progress, spell)
        except (UnreadableError, FileNotFoundError) as problem:
            return end(started, State.BROKEN, in_words(problem))
        except DatabaseError as problem:
            if is_full(problem):
                note_full(started)
            raise


def go_on(started: ImportRun, plan: Plan, progress: Progress | None, spell: float | None) -> ImportRun:
    rows = PlannedRows(Path(started.path), plan)
    intake = Intake(plan, by=started.by, file=started.file_name)
    cursor = started.cursor
    begun, reached = time.monotonic(), 0.0
    for chunk in ahead(read_early(chunks(rows, plan, intake, after=cursor), intake)):
        # Reading again up to the cursor must not take most of a spell.
        reached = reached or time.monotonic() - begun
        moved = take(started, chunk, intake, cursor)
        if moved is None:
            return ImportRun.objects.get(pk=started.pk)
        cursor = moved.cursor
        if progress:
            progress(moved)
        if spell and time.monotonic() - begun > max(spell, 4 * reached):
            return moved
    return end(started, State.DONE)


def chunks(rows: PlannedRows, plan: Plan, intake: Intake, *, after: int, size: int | None = None) -> Iterator[Chunk]:
    """The rows behind the cursor in pieces; the lines of one order stay together where they stand together."""
    usual = size or CHUNK
    size = min(FIRST, usual)
    order = next((target.column for target in plan.of("external_id")), "") if intake.counts else ""
    place = plan.columns.index(order) if order else -1
    piece: list[Row] = []
    last = passed_over = signs = 0
    for row in rows:
        if row.number <= after:
            if rows.chosen(row):
                intake.pass_by(row)
            continue
        fill = max(len(piece) / size, signs / MOST_SIGNS)
        full = fill >= 1 and (place < 0 or row.cells[place] != piece[-1].cells[place] or fill > 2)  # noqa: PLR2004
        if full or passed_over >= 50 * size:
            yield Chunk(piece, last, passed_over, rows.share)
            piece, passed_over, signs, size = [], 0, 0, usual
        last = row.number
        if rows.chosen(row):
            piece.append(row)
            signs += sum(map(len, row.cells))
        else:
            passed_over += 1
    if piece or passed_over:
        yield Chunk(piece, last, passed_over, rows.share)


def read_early(pieces: Iterable[Chunk], intake: Intake) -> Iterator[Chunk]:
    """``pieces`` with what they mean, unless it is the database that knows: it must have taken in the one before."""
    for chunk in pieces:
        yield chunk if intake.asks else replace(chunk, read=intake.read(chunk.rows, at=timezone.now()))


def take(started: ImportRun, chunk: Chunk, intake: Intake, cursor: int) -> ImportRun | None:
    """One chunk and the new place of the cursor; None when somebody stopped the import or took it over."""
    begun = time.monotonic()
    at = timezone.now()
    with transaction.atomic():
        commit_at_ease()
        now = ImportRun.objects.select_for_update().get(pk=started.pk)
        if now.state != State.RUNNING or now.cursor != cursor:
            return None
        with traced(now.pk, chunk.last):
            results = intake.write_down(chunk.read or intake.read(chunk.rows, at=at))
        keep_piece(now.pk, chunk, results)
        keep_failures(now, chunk.rows, results)
        for name, number in tally(chunk, results).items():
            setattr(now, name, getattr(now, name) + number)
        now.cursor, now.share, now.moved_at, now.trouble = chunk.last, chunk.share, at, ""
        now.seconds += time.monotonic() - begun
        now.save(update_fields=[*COUNTED, "cursor", "share", "moved_at", "seconds", "trouble"])
    return now


def commit_at_ease() -> None:
    """Let this transaction end before it is on the disk.

    The log keeps the order of all commits: what is committed later, the end of the import and the jobs that follow from
    this piece included, is never kept without it. A power cut may take the last piece and its cursor, together.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def tally(chunk: Chunk, results: Sequence[Result]) -> dict[str, int]:
    statuses = [result.status for result in results]
    return {
        "rows": len(results),
        **{status.value: statuses.count(status) for status in Status},
        "unassigned": sum(result.unassigned for result in results),
        "passed_over": chunk.passed_over,
        "linked": sum(result.linked for result in results),
        "adrift": sum(result.adrift for result in results),
        "ragged": sum(bool(row.trouble) for row in chunk.rows),
    }


def keep_piece(run_id: int, chunk: Chunk, results: Sequence[Result]) -> None:
    """What became of each row, so that it can be found and taken back."""
    letters = ("n" if one.unassigned and one.status is Status.CREATED else one.status.value[0] for one in results)
    numbers, subjects = (row.number for row in chunk.rows), (result.subject or "NULL" for result in results)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO imports_importpiece (run_id, step, numbers, outcomes, subjects)
               VALUES (%s, %s, %s::bigint[], %s, %s::bigint[])""",
            [run_id, chunk.last, as_array(numbers), "".join(letters), as_array(subjects)],
        )


def keep_failures(run_: ImportRun, rows: Sequence[Row], results: Sequence[Result]) -> None:
    ImportFailure.objects.bulk_create(
        [
            ImportFailure(run=run_, number=row.number, line=row.line, reason=result.reason, cells=kept(row.cells))
            for row, result in zip(rows, results, strict=True)
            if result.status is Status.FAILED
        ]
    )


def kept(cells: Sequence[str]) -> list[str]:
    return [cell.replace("\0", "").encode(errors="replace").decode() for cell in cells]


def note_full(started: ImportRun) -> None:
    """Say why it stands still, where there is still room for that; it goes on by itself."""
    with suppress(DatabaseError):
        words = _("The disk of the database is full. It goes on by itself once there is room.")
        ImportRun.objects.filter(pk=started.pk, state=State.RUNNING).update(trouble=words)


def end(started: ImportRun, state: State, trouble: str = "", *, at: datetime | None = None) -> ImportRun:
    at = at or timezone.now()
    with transaction.atomic():
        ended = ImportRun.objects.filter(pk=started.pk, state=State.RUNNING).update(
            state=state, trouble=trouble[:400], ended_at=at, moved_at=at, share=1 if state == State.DONE else F("share")
        )
        if ended:
            record(Fact.IMPORT_ENDED, [started.pk], by=started.by, at=at)
            keep(Deed.IMPORTED, [], by=started.by, at=at, back={"run": started.pk}, file=started.file_name)
    return ImportRun.objects.get(pk=started.pk)
