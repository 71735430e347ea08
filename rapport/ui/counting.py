"""Say how many rows there are without counting many: exactly when few, else about as many as the planner or a sample says."""

import json
from dataclasses import dataclass
from math import floor, log10
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet

from rapport.ui.patience import TooLongError, no_longer_than

COUNTED = 1_000
SECONDS = 0.15
# Where a sample finds so many times more, nobody counts.
MANY = 3
# Nor where so many rows had to be asked for it.
WALKED = 20_000
SURE = 5
DIGITS = 2
# Of so many numbers of rows those that are there are looked at; a share of a hundredth is then told to a third of itself.
SAMPLE = 1_000


@dataclass(frozen=True)
class Count:
    """``about`` says that the number is an estimate, ``more`` that there are more than it."""

    number: int
    about: bool = False
    more: bool = False


def count(rows: QuerySet[Any]) -> Count:
    """Counts for a moment at most."""
    expected, guessed = planned(rows)
    if guessed and (whole := size(rows)) > COUNTED:
        expected, sure = sampled(rows, whole)
        if sure and (expected > MANY * COUNTED or min(COUNTED / expected, 1) * whole > WALKED):
            return Count(rounded(expected), about=True)
    try:
        with no_longer_than(SECONDS):
            number = rows.order_by()[: COUNTED + 1].values("pk").count()
    except TooLongError:
        number = None
    if number is not None and number <= COUNTED:
        return Count(number)
    if number and expected <= COUNTED:
        # The planner was wrong.
        expected, _sure = sampled(rows, size(rows))
    if expected > COUNTED:
        return Count(rounded(expected), about=True)
    return Count(COUNTED, more=True) if number else Count(rounded(max(expected, 1)), about=True)


def planned(rows: QuerySet[Any]) -> tuple[int, bool]:
    """What the planner expects, and whether it could only guess; it reads statistics, no rows."""
    (told,) = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(told["Plan"]["Plan Rows"]), guesses(told["Plan"])


def guesses(plan: dict[str, Any]) -> bool:
    """Whether something is asked of each row by itself: no statistics know how often the answer is yes."""
    return str(plan.get("Subplan Name", "")).startswith("SubPlan") or any(map(guesses, plan.get("Plans", ())))


def sampled(rows: QuerySet[Any], whole: int) -> tuple[int, bool]:
    """How many of ``whole`` there may be, by their share among some rows of the table, the same ones each time; and if that is sure."""
    table = rows.model._base_manager.all()  # noqa: SLF001 the whole table, as no manager narrows it
    span = table.aggregate(first=Min("pk"), last=Max("pk"))
    if span["first"] is None:
        return 0, False
    numbers = range(span["first"], span["last"] + 1)
    some = Random(len(numbers)).sample(numbers, min(SAMPLE, len(numbers)))  # noqa: S311 no secret
    there, hits = table.filter(pk__in=some).count(), rows.order_by().filter(pk__in=some).count()
    return max(whole * max(hits, 1) // max(there, 1), 1), hits >= SURE


def size(rows: QuerySet[Any]) -> int:
    """About how many rows their table has, as it was last looked through."""
    with connection.cursor() as cursor:
        table = rows.model._meta.db_table  # noqa: SLF001
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def rounded(number: int) -> int:
    """To two digits that count: an estimate is no better."""
    step = int(10 ** max(0, floor(log10(max(number, 1))) - DIGITS + 1))
    return round(number / step) * step
