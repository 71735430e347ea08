"""Learn from a sample how the values of a column are written."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapport.lib.moments import Order, date_order, looks_like_date
from rapport.lib.nations import country_code, language_code
from rapport.lib.numbers import Mark, decimal_mark, is_number, read_currency

NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "null", "none", "nil", "nan", "\\n", "#n/a", "0000-00-00", "0000-00-00 00:00:00"}
)
FLAGS = frozenset({"true", "false", "yes", "no", "ja", "nein", "y", "n", "wahr", "falsch", "t", "f"})
EMAIL = re.compile(r"(?:mailto:)?[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;.]+\.?", re.IGNORECASE)
URL = re.compile(
    r"https?://\S+|www\.\S+|(?:[a-z0-9-]+\.)+(?:com|org|net|de|at|ch|eu|co\.uk|io|fr|es|it|nl)(?:/\S*)?", re.IGNORECASE
)
PHONE = re.compile(
    r"(?!\d*\.\d*$)(?:(?:(?:\+|00)\d|\(?0)[\d\s()./-]{5,20}(?:\s*(?:x|ext\.?)\s*\d+)?"
    r"|\(\d{3}\)\s*\d{3}-\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4})"
)
SAMPLE = 400
# No e-mail, date or number is longer; patterns take long for long texts that fit almost.
TELLING = 400


class Sort(StrEnum):
    """What the values of a column are."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    COUNTRY = "country"
    LANGUAGE = "language"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Habit:
    """How a column is written: which sort of values, which order of a date's parts, which decimal mark."""

    sort: Sort = Sort.TEXT
    order: Order = "dmy"
    mark: Mark = "."
    certain: bool = True
    filled: int = 0
    distinct: int = 0


# Each sort with the share of values that must look like it: what can hardly be anything else needs only half, so that a
# bad value in a short file is found out and not taken for a habit.
TESTS: tuple[tuple[Sort, float, Callable[[str], object]], ...] = (
    (Sort.EMAIL, 0.5, EMAIL.fullmatch),
    (Sort.DATE, 0.5, looks_like_date),
    (Sort.PHONE, 0.5, PHONE.fullmatch),
    (Sort.NUMBER, 0.6, lambda value: is_number(value) and not read_currency(value)),
    (Sort.MONEY, 0.6, is_number),
    (Sort.URL, 0.6, URL.fullmatch),
    (Sort.FLAG, 0.9, lambda value: value.lower() in FLAGS),
    (Sort.LANGUAGE, 0.8, language_code),
    (Sort.COUNTRY, 0.6, country_code),
)


def learn(values: Iterable[str], *, comma: bool = False) -> Habit:
    """The habit of a column, from a sample of it; ``comma`` if the file's other columns write decimal commas."""
    told = [text for value in values if (text := value[:TELLING].strip()).lower() not in NOTHING]
    if not told:
        return Habit(Sort.EMPTY)
    distinct = list(dict.fromkeys(told))
    sort = _sort(distinct[:SAMPLE])
    mark, mark_certain = decimal_mark(distinct, comma=comma)
    order, order_certain = date_order(distinct)
    certain = order_certain if sort is Sort.DATE else mark_certain or sort not in {Sort.NUMBER, Sort.MONEY}
    return Habit(sort, order, mark, certain, len(told), len(distinct))


def _sort(values: list[str]) -> Sort:
    for sort, share, test in TESTS:
        if sum(map(bool, map(test, values))) >= share * len(values):
            return sort
    return Sort.TEXT


def fits(value: str, sort: Sort) -> bool:
    """Whether one value is of a sort."""
    return any(tested is sort and test(value[:TELLING].strip()) for tested, _share, test in TESTS)
