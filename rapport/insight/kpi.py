"""Say what a KPI is: what it means, how it is reckoned, and from which records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
    from ibis.expr.types import Table

    from rapport.people.models import User


class Unit(StrEnum):
    """What a figure is in."""

    SHARE = "share"
    DAYS = "days"
    HOURS = "hours"
    MONEY = "money"
    MONEY_A_DAY = "money a day"
    NUMBER = "number"


class Better(StrEnum):
    """Which way is good."""

    MORE = "more"
    LESS = "less"


BETTER: "Mapping[Better, StrOrPromise]" = {
    Better.MORE: gettext_lazy("More is better"),
    Better.LESS: gettext_lazy("Less is better"),
}


@dataclass(frozen=True)
class Measure:
    """What each record brings along; a figure is reckoned from the sums of these and from nothing else."""

    name: str
    label: "StrOrPromise"
    unit: Unit = Unit.NUMBER


@dataclass(frozen=True)
class Dimension:
    """What records can be told apart by: a column of theirs, and what its values are called. Most hold numbers of rows."""

    name: str
    label: "StrOrPromise"
    words: Callable[[Sequence[Any]], Mapping[Any, str]]
    numbers: bool = True


@dataclass(frozen=True)
class Subject:
    """What the records of a KPI are: their names and addresses as far as a reader may see them, and what tells them apart."""

    load: "Callable[[Sequence[int], User], Mapping[int, tuple[str, str]]]"
    dimensions: tuple[Dimension, ...]


Figure = Callable[[Any], Any]


@dataclass(frozen=True)
class Kpi:
    """``records`` makes the table of its records: `id`, `day`, `known`, its measures and the dimensions of its subject.

    What is not `known`, as an amount without a rate, is counted apart and named by ``unknown``. ``figure`` takes the
    sums of the measures, as columns of an expression or as plain numbers, and is nothing where there is nothing to
    divide by. Fewer than ``least`` records say little.
    """

    name: str
    title: "StrOrPromise"
    meaning: "StrOrPromise"
    formula: "StrOrPromise"
    grain: "StrOrPromise"
    unit: Unit
    better: Better
    needs: str
    subject: Subject
    measures: tuple[Measure, ...]
    records: "Callable[[Any], Table]"
    figure: Figure
    unknown: "StrOrPromise" = ""
    least: int = 10
    # Whether a share is one of so many records, of which can be said how certain it is.
    counted: bool = True


def over(part: Any, whole: Any) -> Any:
    """``part`` of ``whole``, for columns and for numbers; nothing where the whole is nought."""
    if isinstance(whole, Decimal | int):
        return part / whole if whole else None
    return part / whole.nullif(0)


def size(value: Any) -> Any:
    """Without its sign, for columns and for numbers."""
    return abs(value) if isinstance(value, Decimal | int) else value.abs()
