"""Suggest which field each column of a file is meant for, from its name and its values, with a reason."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapport.lib.names import fold
from rapport.lib.values import Habit, Sort, fits

SURE = 0.6
SEVERAL = re.compile(r"[;\n]|:::")
# Words that exports put before or behind the name of a field.
FILLERS = frozenset(
    [
        "property",
        "hs",
        "contact",
        "contacts",
        "lead",
        "person",
        "customer",
        "kunde",
        "kunden",
        "account",
        "mailing",
        "billing",
        "shipping",
        "default",
        "primary",
        "main",
        "work",
        "business",
        "home",
        "private",
        "other",
        "address",
        "value",
        "c",
        "user",
        "1",
        "2",
        "3",
        "haupt",
        "geschaftlich",
        "privat",
        "rechnung",
        "rechnungs",
        "ticket",
        "company",
        "organization",
        "organisation",
    ]
)
# Of which of somebody's addresses or numbers a column speaks.
KINDS = frozenset(("home", "work", "business", "other", "private", "privat", "geschaftlich", "billing", "shipping"))
MUCH = 0.04
# ``E-mail 2 - Type`` says which e-mail that is, and is none.
SAYS_WHICH = frozenset(("type", "typ", "label"))
NUMBERED = frozenset(("email", "phone", "address", "website", "organization", "relation", "event", "im", "telefon"))
# Values that are certainly something else than words.
WORDY = frozenset(Sort) - {Sort.EMAIL, Sort.DATE, Sort.FLAG, Sort.NUMBER, Sort.MONEY, Sort.PHONE, Sort.URL}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field to fill: the names it goes by (best first), the sorts of values that fit it.

    ``distinct`` is the share of values that must differ, for ids.
    """

    field: str
    names: tuple[str, ...]
    sorts: frozenset[Sort] = frozenset()
    many: bool = False
    distinct: float = 0
    by_values: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    habit: Habit
    samples: tuple[str, ...] = ()


class Reason(StrEnum):
    NAME = "name"
    PART = "part of the name"
    NAME_AND_VALUES = "name and values"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class Suggestion:
    column: str
    field: str
    confidence: float
    reason: Reason


def suggest(
    columns: Sequence[Column], wanted: Sequence[Wanted], *, taken: frozenset[str] = frozenset()
) -> list[Suggestion]:
    """The best field for each column, none given twice unless it takes many; ``taken`` fields are left out."""
    open_ = [field for field in wanted if field.many or field.field not in taken]
    offers = [offer for column in columns for field in open_ if (offer := _fit(column, field))]
    fuller = fullness(columns)
    offers.sort(key=lambda offer: -offer.confidence - fuller[offer.column])
    single = {field.field for field in wanted if not field.many}
    used: set[str] = set(taken)
    chosen: dict[str, Suggestion] = {}
    for offer in offers:
        if offer.column in chosen or (offer.field in single and offer.field in used):
            continue
        chosen[offer.column] = offer
        used.add(offer.field)
    return [chosen[column.name] for column in columns if column.name in chosen]


def fullness(columns: Sequence[Column]) -> dict[str, float]:
    """Of several addresses that an export has columns for, the one that is filled most goes first, and goes whole."""
    filled: Counter[frozenset[str]] = Counter()
    for column in columns:
        filled[whose(column.name)] += column.habit.filled
    most = max((count for group, count in filled.items() if group), default=0) or 1
    return {one.name: MUCH * filled[whose(one.name)] / most if whose(one.name) else 0.0 for one in columns}


def whose(name: str) -> frozenset[str]:
    """``Business City`` and ``Business Street`` belong together; a name without such a word stands by itself."""
    return KINDS & frozenset(words(name))


@lru_cache(maxsize=10_000)
def words(name: str) -> tuple[str, ...]:
    """``E-MailAdresse (privat)`` → ``email adresse privat``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    folded = re.sub(r"\be[\s-]?mail", "email", fold(spaced.replace("_", " ")).strip())
    return tuple(re.findall(r"[^\W_]+", folded))


def _fit(column: Column, wanted: Wanted) -> Suggestion | None:
    named = _named(words(column.name), wanted)
    valued = _valued(column, wanted)
    if valued is None or not _distinct(column, wanted.distinct):
        return None
    if named == 0:
        if wanted.by_values and valued:
            return Suggestion(column.name, wanted.field, SURE, Reason.VALUES)
        return None
    reason = Reason.NAME_AND_VALUES if valued else Reason.NAME if named >= 0.8 else Reason.PART  # noqa: PLR2004
    return Suggestion(column.name, wanted.field, round(min(named + (0.05 if valued else 0), 1.0), 3), reason)


def _valued(column: Column, wanted: Wanted) -> bool | None:
    """Whether the values speak for the field; None when they rule it out."""
    if not wanted.sorts or column.habit.sort is Sort.EMPTY:
        return False
    if column.habit.sort in wanted.sorts:
        return Sort.TEXT not in wanted.sorts
    # Some are right: the others are mistakes to be told, or several in one cell, not another sort of column.
    parts = (
        [part.strip() for value in column.samples for part in SEVERAL.split(value)] if wanted.many else column.samples
    )
    right = any(fits(part, sort) for part in parts for sort in wanted.sorts)
    return False if right and column.habit.sort is Sort.TEXT else None


def _distinct(column: Column, share: float) -> bool:
    """Whether the values can tell records apart: filled, seldom twice, none rounded by a spreadsheet."""
    if not share:
        return True
    rounded = any(re.fullmatch(r"\d(\.\d+)?E\+\d+", sample) for sample in column.samples)
    return column.habit.filled > 0 and column.habit.distinct >= share * column.habit.filled and not rounded


def _named(name: tuple[str, ...], wanted: Wanted) -> float:
    """How well a column's name says this field, from 0 to 1."""
    if not name or (len(name) > 1 and name[-1] in SAYS_WHICH and set(name) & NUMBERED):
        return 0.0
    bare = tuple(word for word in name if word not in FILLERS)
    joined, stripped = "".join(name), "".join(bare)
    best = 0.0
    for place, synonym in enumerate(wanted.names):
        known = words(synonym)
        compact = "".join(known)
        first = 1.0 if place == 0 else 0.95 - 0.002 * place
        if joined == compact:
            best = max(best, first)
        elif stripped and stripped == compact:
            best = max(best, first - 0.1 - 0.01 * (len(name) - len(bare)))
        elif len(known) > 1 and set(known) <= set(name):
            best = max(best, 0.62)
    return best
