"""Say how many rows there are without counting many: exactly when few, else about as many as the planner or a sample says."""

import json
from dataclasses import dataclass
from math import floor, log10
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet
from django.db.models.expressions import RawSQL

from rapport.lib.copying import as_array
from rapport.ui.patience import TooLongError, no_longer_than

COUNTED = 1_000
SECONDS = 0.15
# What the planner expects counting to cost, from which on a sample is cheaper.
DEAR = 2_500
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


@dataclass(frozen=True)
class Plan:
    """What the planner expects: how many rows there are, what it costs to count a thousand, whether it could only guess."""

    rows: int
    cost: float
    guessed: bool


def count(rows: QuerySet[Any]) -> Count:
    """Counts for a moment at most."""
    plan = planned(rows)
    expected = plan.rows
    if (plan.guessed or plan.cost > DEAR) and size(rows) > COUNTED:
        sample = sampled(rows)
        if sample.sure and (sample.number > MANY * COUNTED or sample.walked > WALKED):
            return Count(rounded(sample.number), about=True)
        expected = sample.number if plan.guessed else expected
    try:
        with no_longer_than(SECONDS):
            number = rows.order_by()[: COUNTED + 1].values("pk").count()
    except TooLongError:
        number = None
    if number is not None and number <= COUNTED:
        return Count(number)
    if number and expected <= COUNTED:
        # The planner was wrong.
        expected = sampled(rows).number
    if expected > COUNTED:
        return Count(rounded(expected), about=True)
    return Count(COUNTED, more=True) if number else Count(rounded(max(expected, 1)), about=True)


def planned(rows: QuerySet[Any]) -> Plan:
    """From statistics; no rows are read."""
    (told,) = json.loads(rows.order_by()[: COUNTED + 1].values("pk").explain(format="json"))
    plan = told["Plan"]
    whole = plan["Plans"][0] if plan["Node Type"] == "Limit" else plan
    return Plan(int(whole["Plan Rows"]), float(plan["Total Cost"]), guesses(plan))


def guesses(plan: dict[str, Any]) -> bool:
    """Whether something is asked of each row by itself: no statistics know how often the answer is yes."""
    return str(plan.get("Subplan Name", "")).startswith("SubPlan") or any(map(guesses, plan.get("Plans", ())))


@dataclass(frozen=True)
class Sample:
    """How many rows there may be, if that is sure, and how many of the table one walks through to find a thousand."""

    number: int
    sure: bool
    walked: int


def sampled(rows: QuerySet[Any]) -> Sample:
    """By the share of the table's numbers that are among ``rows``; of some numbers, the same ones each time."""
    table = rows.model._base_manager.all()  # noqa: SLF001 the whole table, as no manager narrows it
    span = table.aggregate(first=Min("pk"), last=Max("pk"))
    if span["first"] is None:
        return Sample(0, sure=False, walked=0)
    numbers = range(span["first"], span["last"] + 1)
    some = Random(len(numbers)).sample(numbers, min(SAMPLE, len(numbers)))  # noqa: S311 no secret
    hits = rows.order_by().filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [as_array(some)])).count()
    number = max(len(numbers) * max(hits, 1) // len(some), 1)
    return Sample(number, hits >= SURE, round(min(COUNTED / number, 1) * len(numbers)))


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
