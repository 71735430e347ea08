"""Find out which columns of which files hold the ids of records in others: by their names, and by where their values occur."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from rapport.imports.link import Means
from rapport.imports.plan import Plan
from rapport.imports.rows import PlannedRows
from rapport.lib.layouts import Row
from rapport.migration.mapping import source_of
from rapport.migration.models import What
from rapport.migration.shapes import ACTIVITY_IDS, PARENTS, POINTS, TICKET_IDS, plain

# How many rows of a file are read to know its ids, and to look at what its columns hold.
KNOWN, LOOKED = 50_000, 2_000
CUT = re.compile(r"[;,|\s]+")
# So large a share of a column's values must be ids of the other file before its values alone speak for a link.
SHARE, FEWEST, LONGEST = 0.5, 2, 60
OF = (What.COMPANIES, What.PEOPLE)
EVENTS = (What.ACTIVITIES, What.TICKETS)


@dataclass(frozen=True)
class Link:
    """That ``column`` holds ids of ``there``, and ``near`` the id of the record of ``here`` that is linked to them."""

    near: str
    here: str
    column: str
    there: str
    means: str
    why: str = "name"
    on: bool = True

    @property
    def written(self) -> dict[str, Any]:
        return asdict(self)


def read_link(kept: Mapping[str, Any]) -> Link:
    return Link(**kept)


@dataclass
class Sheet:
    """A file on the table: what it holds, how it is read, a sample of its rows and the ids in it."""

    name: str
    what: What
    plan: Plan
    path: Path
    sample: list[Row] = field(default_factory=list)
    ids: frozenset[str] = frozenset()

    @property
    def id_column(self) -> str:
        return next((one.column for one in self.plan.of("external_id") if one.column), "")

    def look(self) -> None:
        place = self.plan.columns.index(self.id_column) if self.id_column else -1
        found = set()
        for number, row in enumerate(islice(PlannedRows(self.path, self.plan), KNOWN)):
            if number < LOOKED:
                self.sample.append(row)
            if place >= 0 and row.cells[place].strip():
                found.add(row.cells[place].strip())
        self.ids = frozenset(found)

    def values(self, column: str) -> list[str]:
        """The different ids in a column of the sample."""
        place = self.plan.columns.index(column)
        cells = (part for row in self.sample for part in CUT.split(row.cells[place].strip()) if part)
        return list(dict.fromkeys(cells))


def connect(sheets: Sequence[Sheet], system: str) -> dict[str, list[Link]]:
    """The links of each file, by its name."""
    ids: dict[What, set[str]] = {what: set() for what in (*OF, *EVENTS)}
    for sheet in sheets:
        if sheet.what in ids:
            ids[sheet.what] |= sheet.ids
    return {sheet.name: list(links_of(sheet, ids, system)) for sheet in sheets}


def links_of(sheet: Sheet, ids: Mapping[What, set[str]], system: str) -> Iterator[Link]:
    if sheet.what == What.ASSOCIATIONS:
        yield from joining(sheet, ids, system)
    elif sheet.what in {*OF, *EVENTS} and sheet.id_column:
        for column in sheet.plan.columns:
            found = pointed(sheet, column, ids)
            means = meaning(sheet.what, found[0]) if found else None
            if found and means and column != sheet.id_column:
                here, there = source_of(system, sheet.what), source_of(system, found[0])
                yield Link(sheet.id_column, here, column, there, means.value, found[1])


def meaning(near: What, far: What) -> Means | None:
    if near in EVENTS:
        return Means.TAKES_PART
    if far != What.COMPANIES:
        return None
    return Means.WORKS_AT if near == What.PEOPLE else Means.PART_OF


def pointed(sheet: Sheet, column: str, ids: Mapping[What, set[str]]) -> tuple[What, str] | None:
    """Whose ids the column holds, and what says so."""
    name = plain(column)
    values = sheet.values(column)
    shares = {what: share(values, ids[what]) for what in OF}
    by_values = max(shares, key=lambda what: shares[what])
    named = What.COMPANIES if sheet.what == What.COMPANIES and name in PARENTS else None
    named = named or next((what for what in OF if name in POINTS[what]), None)
    if named and values and (shares[named] > 0 or shares[by_values] < SHARE):
        return named, "name and values" if shares[named] else "name"
    if shares[by_values] >= SHARE and len(values) >= FEWEST and looks_like_ids(name, values):
        return by_values, "values"
    return None


def looks_like_ids(name: str, values: Iterable[str]) -> bool:
    """Small numbers occur among ids by chance: only a name that says id, or long values, speak for themselves."""
    return name.endswith(("id", "ids")) or all(len(value) >= 6 for value in values)  # noqa: PLR2004


def share(values: Sequence[str], ids: set[str]) -> float:
    return sum(value in ids for value in values) / len(values) if values else 0.0


def joining(sheet: Sheet, ids: Mapping[What, set[str]], system: str) -> Iterator[Link]:
    """A file of pairs: an activity and whoever took part in it, or a person and their company."""
    sides = {side: column for column in sheet.plan.columns if (side := side_of(plain(column)))}
    near = next((what for what in (*EVENTS, What.PEOPLE, What.COMPANIES) if what in sides), None)
    for what in (What.PEOPLE, What.COMPANIES):
        if near and what in sides and what != near:
            means = meaning(near, what)
            if means:
                why = "name and values" if share(sheet.values(sides[what]), ids[what]) else "name"
                here, there = source_of(system, near), source_of(system, what)
                yield Link(sides[near], here, sides[what], there, means.value, why)


def side_of(name: str) -> What | None:
    if name in ACTIVITY_IDS:
        return What.ACTIVITIES
    if name in TICKET_IDS:
        return What.TICKETS
    return next((what for what in OF if name in POINTS[what]), None)


def mark(text: str) -> int:
    """An id as a number of eight bytes: a million of them are held in eight megabytes."""
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big")
