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
MOST = 0.8


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


TESTS: tuple[tuple[Sort, Callable[[str], object]], ...] = (
    (Sort.EMAIL, EMAIL.fullmatch),
    (Sort.DATE, looks_like_date),
    (Sort.PHONE, PHONE.fullmatch),
    (Sort.NUMBER, lambda value: is_number(value) and not read_currency(value)),
    (Sort.MONEY, is_number),
    (Sort.URL, URL.fullmatch),
    (Sort.FLAG, lambda value: value.lower() in FLAGS),
    (Sort.LANGUAGE, language_code),
    (Sort.COUNTRY, country_code),
)


def learn(values: Iterable[str], *, comma: bool = False) -> Habit:
    """The habit of a column, from a sample of it; ``comma`` if the file's other columns write decimal commas."""
    told = [text for value in values if (text := value.strip()).lower() not in NOTHING]
    if not told:
        return Habit(Sort.EMPTY)
    distinct = list(dict.fromkeys(told))
    sort = _sort(distinct[:SAMPLE])
    mark, mark_certain = decimal_mark(distinct, comma=comma)
    order, order_certain = date_order(distinct)
    certain = order_certain if sort is Sort.DATE else mark_certain or sort not in {Sort.NUMBER, Sort.MONEY}
    return Habit(sort, order, mark, certain, len(told), len(distinct))


def _sort(values: list[str]) -> Sort:
    for sort, test in TESTS:
        if sum(map(bool, map(test, values))) >= MOST * len(values):
            return sort
    return Sort.TEXT
