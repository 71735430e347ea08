"""Time a page: the whole of it, its share in the database, and how many queries it took."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Timing:
    """Milliseconds: median and 95th percentile; the fastest run; each statement at its fastest, added up. And their number.

    What a machine does besides only ever adds to a time. So the fastest of several runs is what two things are compared
    by: it is the nearest to what they cost by themselves.
    """

    median: float
    p95: float
    fastest: float
    database: float
    queries: int


def beside(
    client: Client, address: str, reference: str, statements: list[Statement], runs: int
) -> tuple[Timing, Timing, float]:
    """Fetch ``address``, ``reference`` and the rows of plain SQL in turns, so that all see the same machine.

    The last is the milliseconds of the plain SQL, each statement at its fastest. Two rounds warm up.
    """
    page, other = Laps(), Laps()
    plain: list[list[float]] = []
    for number in range(runs + 2):
        for place, laps in ((address, page), (reference, other)):
            laps.fetch(client, place, warm=number > 1)
        took = bare(statements)
        if number > 1:
            plain.append(took)
    return page.timing, other.timing, at_best(plain)


class Laps:
    """How long each fetch took, in whole and in the database (both in ms), and how many queries it made."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.shares: list[list[float]] = []
        self.queries = 0

    def fetch(self, client: Client, address: str, *, warm: bool) -> None:
        spent: list[float] = []
        with connection.execute_wrapper(clock(spent)):
            start = time.perf_counter()
            response = client.get(address)
            took = time.perf_counter() - start
        if response.status_code != 200:
            message = f"{address} answered {response.status_code}"
            raise RuntimeError(message)
        if warm:
            self.whole.append(took * 1000)
            self.shares.append([one * 1000 for one in spent])
            self.queries = max(self.queries, len(spent))

    @property
    def timing(self) -> Timing:
        median, p95 = statistics.median(self.whole), percentile(self.whole)
        return Timing(median, p95, min(self.whole), at_best(self.shares), self.queries)


def clock(spent: list[float]) -> Callable[..., Any]:
    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - start)

    return timed


def bare(statements: list[Statement]) -> list[float]:
    """Milliseconds of each statement of plain SQL that fetches the same rows."""
    spent = []
    with connection.cursor() as cursor:
        for sql, params in statements:
            start = time.perf_counter()
            cursor.execute(sql, params)
            cursor.fetchall()
            spent.append((time.perf_counter() - start) * 1000)
    return spent


def at_best(runs: list[list[float]]) -> float:
    """Every statement at its fastest, added up; a run that made fewer of them than another says nothing."""
    longest = max(map(len, runs))
    return sum(map(min, zip(*(one for one in runs if len(one) == longest), strict=True)))


def percentile(values: list[float], share: float = 0.95) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
