"""Propose how one file of a migration is read: by the names its system gives, or by what columns seem to be."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.imports.fields import Kind, names
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Condition, Plan, read
from rapport.imports.propose import ImportRefusedError, Look, Proposal, Wishes, as_wishes, propose
from rapport.lib.suggest import Column
from rapport.lib.values import Sort, fits
from rapport.migration.models import What
from rapport.migration.recognise import KINDS, words_of
from rapport.migration.shapes import FIELDS, GONE, MADE, PARENTS, PLAIN, POINTS, plain

RECENT = 5
TELLING = {"email": Sort.EMAIL, "occurred_at": Sort.DATE}
NOT_GONE = ("false", "FALSE", "False", "0", "no", "")
# What a file is called says how its activities went: channel, kind and, where they tell nobody, direction.
WAYS: dict[str, tuple[str, str, str]] = {
    "call": ("phone", "call", ""),
    "email": ("email", "message", ""),
    "mail": ("email", "message", ""),
    "meeting": ("visit", "meeting", ""),
    "event": ("visit", "meeting", ""),
    "note": ("system", "note", "internal"),
    "task": ("system", "task", "internal"),
    "communication": ("chat", "message", ""),
    "message": ("chat", "message", ""),
    "ticket": ("portal", "ticket", ""),
    "case": ("portal", "ticket", ""),
}


def source_of(system: str, what: What) -> str:
    """Ids are of one sort of records of one system; calls, mails and meetings share theirs."""
    return f"{system} {what.value}"


def proposed(path: Path, name: str, look: Look, what: What, shape: str, system: str, zone: str) -> Proposal:
    """How the file is read: as the last time, where it has the same columns. Raises ImportRefusedError."""
    if what not in KINDS:
        raise ImportRefusedError(_("Nothing is taken out of such a file."))
    kind = KINDS[what]
    afresh = Wishes(kind, source_of(system, what), zone=zone)
    before = read_before(look, name, kind, afresh.source)
    if before:
        return propose(path, name, as_wishes(before))
    mapping = tuple(known(look, what, name)) if shape != PLAIN else tuple(unlinked(look))
    wishes = Wishes(
        kind,
        afresh.source,
        mapping=(*mapping, *ways(look, what, name, mapping)),
        only_mapped=shape != PLAIN,
        where=tuple(living(look)),
        zone=zone,
    )
    return propose(path, name, wishes)


def read_before(look: Look, name: str, kind: Kind, source: str) -> Plan | None:
    """How a file of this name and with these columns was read the last time."""
    runs = ImportRun.objects.filter(kind=kind, source=source, file_name=name[:400], part=True, state=State.DONE)
    plans = (read(run.plan) for run in runs.newest_first()[:RECENT])
    fields = set(names(kind))
    return next((plan for plan in plans if plan.layout.columns == look.layout.columns and plan.fields <= fields), None)


def known(look: Look, what: What, name: str) -> Iterator[tuple[str, str]]:
    """Pairs of column and field by the names that the system gives, each field once."""
    filled = {plain(one.name): one.name for one in reversed(look.columns) if one.habit.sort is not Sort.EMPTY}
    unfit = {(one.name, field) for one in look.columns for field in TELLING if not bears(one, field)}
    taken: set[str] = set()
    for field, called in FIELDS[what].items():
        task = field == "occurred_at" and {"task", "tasks"} & words_of(name)
        wanted = (MADE if task else called).split()
        found = [filled[one] for one in wanted if one in filled and filled[one] not in taken]
        found = [column for column in found if (column, field) not in unfit]
        for column in found if field == "phone" else found[:1]:
            taken.add(column)
            yield column, field


def bears(column: Column, field: str) -> bool:
    """Whether any value of the column is what the field holds: a scrambled address is none."""
    return column.habit.sort is TELLING[field] or any(fits(value, TELLING[field]) for value in column.samples)


def unlinked(look: Look) -> Iterator[tuple[str, str]]:
    """Columns that hold ids of other records are no names and no accounts."""
    ids = {*PARENTS, *(name for pointing in POINTS.values() for name in pointing)}
    yield from ((one.name, "") for one in look.columns if plain(one.name) in ids)


def ways(look: Look, what: What, name: str, mapping: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The same for every row, where no column says it."""
    if what not in {What.ACTIVITIES, What.TICKETS}:
        return
    words = {word.removesuffix("s") for word in words_of(name)}
    way = next((way for word, way in WAYS.items() if word in words), WAYS["ticket"] if what == What.TICKETS else None)
    if way is None:
        return
    said = {field for _column, field in mapping}
    columns = {plain(one.name) for one in look.columns}
    for field, value in zip(("channel", "kind", "direction"), way, strict=True):
        if value and field not in said and not (field in columns and what == What.ACTIVITIES and field != "kind"):
            yield f"={value}", field


def living(look: Look) -> Iterator[Condition]:
    """What was deleted there does not come along."""
    for one in look.columns:
        if plain(one.name) in GONE and {sample.lower() for sample in one.samples} <= {"true", "false", "0", "1"}:
            yield from (Condition(one.name, value) for value in NOT_GONE)
