"""A field that a column of a file can be mapped to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.lib.suggest import WORDY, Wanted
from rapport.lib.values import Sort

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NUMBERS = frozenset({Sort.NUMBER, Sort.MONEY})
DATES = frozenset({Sort.DATE})
PLACES = WORDY | {Sort.FLAG}


@dataclass(frozen=True)
class Field:
    name: str
    label: "StrOrPromise"
    wanted: Wanted
    identifies: bool = False


def field(  # noqa: PLR0913 - one line per field reads best
    name: str,
    label: "StrOrPromise",
    names: str = "",
    sorts: frozenset[Sort] = frozenset(),
    *,
    many: bool = False,
    distinct: float = 0,
    by_values: bool = False,
    identifies: bool = False,
) -> Field:
    synonyms = (name.replace("_", " "), *(synonym for synonym in names.split("|") if synonym))
    return Field(name, label, Wanted(name, synonyms, sorts, many, distinct, by_values), identifies)
