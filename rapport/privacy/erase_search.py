"""Search everything for some values: each column of each table, and the files below the data folder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.lib.names import fold_key
from rapport.privacy.erase_files import look_into, look_into_logs
from rapport.privacy.erase_sweep import Wanted, counts, tables

DIGITS = 7


@dataclass(frozen=True)
class Place:
    """Where one of the values stands, in how many rows."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True)
class Found:
    """`closed` are files that could not be looked into."""

    places: Sequence[Place]
    files: Sequence[str]
    closed: Sequence[str]


def search_everywhere(values: Sequence[str]) -> Found:
    """Where any of ``values`` stands, however it is written: in other case, without accents, digits with signs between."""
    patterns = [one for value in values for one in spelled(value)]
    places = [Place(part.table, name, number) for part in tables() for name, number in counts(Wanted(patterns), part)]
    pattern = re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)
    both = look_into(pattern), look_into_logs(pattern)
    holding, closed = ([str(path) for one in both for path in getattr(one, name)] for name in ("holding", "closed"))
    return Found(places, holding, closed)


def spelled(value: str) -> set[str]:
    """Patterns for a value as it is written, folded, and as digits."""
    found = {re.escape(value).replace("@", "(?:@|%40)"), re.escape(fold_key(value))}
    digits = re.sub(r"\D", "", value)
    if len(digits) >= DIGITS and re.fullmatch(r"[\d\s()+/.\-]+", value):
        found.add(r"[ ./()\-]{0,3}".join(digits))
    return {one for one in found if one}
