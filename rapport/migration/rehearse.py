"""Rehearse a whole migration: do all of it and take everything back, or, where it is large, count file by file."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.identity.resolve import lookup
from rapport.imports.fields import Kind
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Plan, read
from rapport.imports.reading import RowError, Surroundings
from rapport.imports.rehearse import REASONS_KEPT, TOGETHER, Forecast, rehearse
from rapport.imports.rows import PlannedRows
from rapport.imports.run import chunks, tally
from rapport.imports.take_in import Intake
from rapport.imports.translate import LinkRow, translator
from rapport.imports.unreadable import in_words
from rapport.lib.identifiers import Identity
from rapport.lib.layouts import Row, UnreadableError
from rapport.migration.connect import mark
from rapport.migration.models import Migration, MigrationStep
from rapport.migration.owners import count_owned
from rapport.people.models import User
from rapport.timeline.models import Receipt

Progress = Callable[[str], object]
PIECE = 5_000


def rehearse_migration(migration: Migration, *, at: datetime, progress: Progress | None = None) -> None:
    """Keep with each step what it would do; nothing else is written."""
    steps = list(migration.steps.select_related("run", "file").order_by("place"))
    exact = few(steps, TOGETHER)
    trouble = ""
    with override(migration.by.language if migration.by else "en"):
        try:
            found = (
                together(steps, by=migration.by, at=at)
                if exact
                else apart(steps, by=migration.by, at=at, progress=progress)
            )
            for step, forecast in zip(steps, found, strict=True):
                ImportRun.objects.filter(pk=step.run_id).update(rehearsal=asdict(forecast))
            count_owned(migration)
        except (UnreadableError, FileNotFoundError) as problem:
            trouble = in_words(problem)[:400]
    Migration.objects.filter(pk=migration.pk, state=State.REHEARSING).update(
        state=State.DRAFT, exact=exact, trouble=trouble, moved_at=timezone.now()
    )


def few(steps: list[MigrationStep], most: int) -> bool:
    """Whether all rows together are at most so many: they are then rehearsed in one transaction."""
    left = most
    for step in steps:
        left -= sum(1 for _row in islice(PlannedRows(Path(step.run.path), read(step.run.plan)), left + 1))
        if left < 0:
            return False
    return True


def together(steps: list[MigrationStep], *, by: User | None, at: datetime) -> list[Forecast]:
    found = []
    with transaction.atomic():
        for step in steps:
            plan = read(step.run.plan)
            intake, forecast = Intake(plan, by=by), Forecast()
            for chunk in chunks(PlannedRows(Path(step.run.path), plan), plan, intake, after=0):
                results = intake.take(chunk.rows, at=at)
                forecast.add(tally(chunk, results), results)
            found.append(forecast)
        transaction.set_rollback(True)
    return found


def apart(steps: list[MigrationStep], *, by: User | None, at: datetime, progress: Progress | None) -> list[Forecast]:
    """File by file: an id leads somewhere when a file of this migration has it, or it is here already."""
    found, ids = [], dict[str, "array[int]"]()
    for step in steps:
        plan = read(step.run.plan)
        if progress:
            progress(step.run.file_name)
        if plan.kind is Kind.LINKS:
            found.append(links_of(step.run, plan, ids, at=at))
            continue
        ids[plan.source] = sorted_marks(ids.get(plan.source), step.run, plan)
        found.append(rehearse(Path(step.run.path), plan, by=by, at=at))
    return found


def sorted_marks(before: "array[int] | None", run: ImportRun, plan: Plan) -> "array[int]":
    column = next((one.column for one in plan.of("external_id") if one.column), "")
    marks = list(before or ())
    if column:
        place = plan.columns.index(column)
        rows = PlannedRows(Path(run.path), plan)
        marks += [mark(row.cells[place].strip()) for row in rows if rows.chosen(row)]
    return array("Q", sorted(marks))


def links_of(run: ImportRun, plan: Plan, ids: Mapping[str, "array[int]"], *, at: datetime) -> Forecast:
    forecast = Forecast(exact=False)
    translate = translator(plan, Surroundings.now(), at=at)
    rows = PlannedRows(Path(run.path), plan)
    chosen = (row for row in rows if rows.chosen(row))
    while piece := list(islice(chosen, PIECE)):
        count(forecast, piece, translate, ids)
    return forecast


def count(
    forecast: Forecast, rows: list[Row], translate: Callable[[Row], object], ids: Mapping[str, "array[int]"]
) -> None:
    items: list[LinkRow] = []
    for row in rows:
        forecast.rows += 1
        try:
            item = translate(row)
        except RowError as problem:
            failed(forecast, str(problem))
            continue
        if isinstance(item, LinkRow):
            items.append(item)
    missing = {ref for item in items for ref in (item.near, *item.far) if not has(ids, ref)}
    known = here(missing)
    for item in items:
        lost = [ref for ref in (item.near, *item.far) if ref in missing and ref not in known] if item.far else []
        stands = 0 if item.near in lost else len(item.far) - len([ref for ref in lost if ref != item.near])
        forecast.linked += stands
        forecast.adrift += len(item.far) - stands
        if lost:
            words = {"source": lost[0][0], "id": "…"}
            failed(forecast, _("nothing of “%(source)s” has the id “%(id)s”") % words)
        elif item.far:
            forecast.created += 1
        else:
            forecast.skipped += 1


def failed(forecast: Forecast, reason: str) -> None:
    forecast.failed += 1
    if reason in forecast.reasons or len(forecast.reasons) < REASONS_KEPT:
        forecast.reasons[reason] = forecast.reasons.get(reason, 0) + 1


def has(ids: Mapping[str, "array[int]"], ref: tuple[str, str]) -> bool:
    known = ids.get(ref[0])
    if known is None:
        return False
    wanted = mark(ref[1])
    place = bisect_left(known, wanted)
    return place < len(known) and known[place] == wanted


def here(refs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of ``refs`` that are here already, from an earlier import."""
    known = lookup(Identity("external", source, key, key, "strong") for source, key in refs)
    found = {(namespace, key) for _kind, namespace, key in known.holders}
    by_source: dict[str, list[str]] = {}
    for source, key in refs - found:
        by_source.setdefault(source, []).append(key)
    for source, keys in by_source.items():
        came = Receipt.objects.filter(source=source, external_id__in=keys).values_list("external_id", flat=True)
        found |= {(source, key) for key in came}
    return found
