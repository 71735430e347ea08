"""Say how many rows there are without counting many: exactly when few, else about as many as the planner thinks."""

import json
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from django.db.models import QuerySet

from rapport.ui.patience import TooLongError, no_longer_than

COUNTED = 1_000
SECONDS = 0.3
DIGITS = 2


@dataclass(frozen=True)
class Count:
    """``about`` says that the number is an estimate, ``more`` that there are more than it."""

    number: int
    about: bool = False
    more: bool = False


def count(rows: QuerySet[Any]) -> Count:
    """Counts for a moment at most."""
    try:
        with no_longer_than(SECONDS):
            number = rows.order_by()[: COUNTED + 1].values("pk").count()
    except TooLongError:
        number = None
    if number is not None and number <= COUNTED:
        return Count(number)
    guess = estimate(rows)
    if guess > COUNTED:
        return Count(rounded(guess), about=True)
    return Count(COUNTED, more=True) if number else Count(rounded(max(guess, 1)), about=True)


def estimate(rows: QuerySet[Any]) -> int:
    """What the planner expects; it reads statistics, no rows."""
    (plan,) = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])


def rounded(number: int) -> int:
    """To two digits that count: an estimate is no better."""
    step = int(10 ** max(0, floor(log10(max(number, 1))) - DIGITS + 1))
    return round(number / step) * step
