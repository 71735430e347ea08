"""What the page of a migration shows: every file with its columns and links, the owners, the sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.imports.fields import Kind, fields_of
from rapport.imports.link import Means
from rapport.imports.models import ImportRun, State, Stay
from rapport.imports.pages import SILENT_SECONDS
from rapport.imports.plan import read
from rapport.imports.propose import ImportRefusedError, look_at
from rapport.lib.layouts import UnreadableError
from rapport.lib.values import Sort
from rapport.migration.connect import OF, Link, read_link
from rapport.migration.forms import troubles_of
from rapport.migration.mapping import source_of
from rapport.migration.models import Migration, MigrationFile, MigrationStep, What
from rapport.migration.owners import strangers
from rapport.migration.run import can_revert
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LOOKED = 200
Labels = Mapping[Kind, Sequence[tuple[str, "StrOrPromise"]]]
SUMS = ("rows", "created", "updated", "skipped", "failed", "linked", "adrift")
MEANS: "Mapping[str, StrOrPromise]" = {
    Means.WORKS_AT: _("says where they work, one of"),
    Means.PART_OF: _("says what it is part of, one of"),
    Means.TAKES_PART: _("says who took part, of"),
}
WHY: "Mapping[str, StrOrPromise]" = {
    "name": _("by its name"),
    "values": _("by its values"),
    "name and values": _("by its name and values"),
}


@dataclass(frozen=True)
class ColumnLine:
    """A column of a file and the field that it is taken for."""

    place: int
    name: str
    samples: Sequence[str]
    field: str


@dataclass(frozen=True)
class LinkLine:
    """A column that links the file, how and to what."""

    number: int
    link: Link
    means: "StrOrPromise"
    why: "StrOrPromise"


@dataclass(frozen=True)
class FileCard:
    """One file on the page."""

    file: MigrationFile
    columns: Sequence[ColumnLine] = ()
    empty: int = 0
    fields: Sequence[tuple[str, "StrOrPromise"]] = ()
    links: Sequence[LinkLine] = ()
    linked_by: Sequence[str] = ()
    constants: Sequence[tuple["StrOrPromise", str]] = ()

    @property
    def mapped(self) -> Sequence[ColumnLine]:
        return [line for line in self.columns if line.field]


@dataclass(frozen=True)
class Line:
    """One import in the sums: what it would do, or did."""

    step: MigrationStep
    counts: Mapping[str, Any]
    reasons: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Totals:
    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    linked: int = 0
    adrift: int = 0


@dataclass(frozen=True)
class Page:
    """The page of a draft."""

    migration: Migration
    cards: Sequence[FileCard]
    aside: Sequence[MigrationFile]
    owners: Sequence[tuple[int, str, dict[str, str]]]
    users: Sequence[tuple[str, str]]
    whats: Sequence[tuple[str, "StrOrPromise"]]
    there: Sequence[tuple[str, "StrOrPromise"]]
    lines: Sequence[Line]
    troubles: Sequence[str] = field(default_factory=list)


def draft_page(migration: Migration) -> Page:
    files = list(migration.files.order_by("place"))
    steps = list(migration.steps.select_related("run", "file").order_by("place"))
    mains = {step.file_id: step.run for step in steps if step.run.kind != Kind.LINKS}
    labels = {
        kind: [(one.name, one.label) for one in fields_of(kind)] for kind in {Kind(run.kind) for run in mains.values()}
    }
    numbers = {key: number for number, key in enumerate(migration.owners)}
    taken = [file for file in files if file.pk in mains or file.what == What.ASSOCIATIONS]
    return Page(
        migration,
        [replace(card_of(file, mains.get(file.pk), labels), linked_by=linking(file, files)) for file in taken],
        [file for file in files if file not in taken],
        [(numbers[key], key, owner) for key, owner in strangers(migration)],
        list(User.objects.filter(is_active=True).order_by("name").values_list("email", "name")),
        What.choices,
        [(source_of(migration.source, what), what.label) for what in OF],
        [line_of(step, rehearsed=True) for step in steps if step.run.rehearsal],
        troubles_of(migration),
    )


def linking(file: MigrationFile, files: Sequence[MigrationFile]) -> list[str]:
    """The names of the files of links that say what the records of ``file`` belong to."""
    mine = source_of(file.migration.source, What(file.what))
    others = [one for one in files if one.what == What.ASSOCIATIONS and one != file]
    return [one.name for one in others if any(read_link(kept).here == mine for kept in one.links)]


def card_of(file: MigrationFile, run: ImportRun | None, names: Labels) -> FileCard:
    links = [
        LinkLine(number, link, MEANS[link.means], WHY.get(link.why, ""))
        for number, link in enumerate(map(read_link, file.links))
    ]
    if run is None:
        return FileCard(file, links=links)
    plan = read(run.plan)
    labels = names[plan.kind]
    try:
        look = look_at(Path(file.path), header=plan.layout.header, count=LOOKED)
    except (UnreadableError, ImportRefusedError, FileNotFoundError):
        return FileCard(file, links=links)
    fields = {one.column: one.field for one in reversed(plan.targets) if one.column}
    lines = [
        ColumnLine(place, one.name, one.samples, fields.get(one.name, ""))
        for place, one in enumerate(look.columns)
        if one.habit.sort is not Sort.EMPTY or one.name in fields
    ]
    named = dict(labels)
    constants = [(named.get(one.field, one.field), one.constant) for one in plan.targets if not one.column]
    return FileCard(file, lines, len(look.columns) - len(lines), labels, links, constants=constants)


def line_of(step: MigrationStep, *, rehearsed: bool) -> Line:
    run = step.run
    if rehearsed:
        return Line(step, run.rehearsal, list(run.rehearsal.get("reasons", {}).items())[:5])
    counts = {name: getattr(run, name) for name in (*SUMS, "passed_over", "unassigned")}
    return Line(step, counts)


def totals(lines: Sequence[Line]) -> Totals:
    """Rows of records and of files of links once each; the rows of a file that are read again for a link are not more rows."""
    sums = {name: sum(line.counts.get(name, 0) for line in lines) for name in ("linked", "adrift")}
    own = [line for line in lines if line.step.run.kind != Kind.LINKS or line.step.file.what == What.ASSOCIATIONS]
    sums |= {name: sum(line.counts.get(name, 0) for line in own) for name in SUMS[:5]}
    return Totals(**sums)


def state_page(migration: Migration) -> dict[str, Any]:
    """The page of one that is under way or over."""
    steps = list(migration.steps.select_related("run", "file").order_by("place"))
    lines = [line_of(step, rehearsed=False) for step in steps]
    with_rows = [step for step in steps if step.run.rows or step.run.state != State.DRAFT]
    share = sum(step.run.share if step.run.state != State.DRAFT else 0 for step in steps)
    if migration.state == State.REVERTING:
        share = sum(1 for step in steps if step.run.state == State.REVERTED)
    return {
        "migration": migration,
        "lines": lines,
        "totals": totals(lines),
        "percent": round(100 * share / len(steps)) if steps else 0,
        "current": next((step for step in with_rows if step.run.busy), None),
        "aside": list(migration.files.exclude(pk__in={step.file_id for step in steps}).order_by("place")),
        "owned": [file for file in migration.files.order_by("place") if file.owned],
        "strangers": [(key, owner) for key, owner in strangers(migration) if not owner["user"]],
        "stalled": migration.busy and (timezone.now() - moved(migration, steps)).total_seconds() > SILENT_SECONDS,
        "revertible": can_revert(migration),
        "undone": undone(steps),
    }


def moved(migration: Migration, steps: Sequence[MigrationStep]) -> Any:
    return max([migration.moved_at, *(step.run.moved_at for step in steps)])


def undone(steps: Sequence[MigrationStep]) -> dict[str, Any]:
    """What taking it back did, over all imports."""
    back = sum(step.run.undone.get("rows_back", 0) for step in steps)
    left = [(step.run, step.run.undone.get("rows_left", 0)) for step in steps if step.run.undone.get("rows_left")]
    return {"back": back, "left": left, "reasons": [Stay.BY_HAND]} if back or left else {}
