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
    """Milliseconds at the median and the 95th percentile; the median share of the database; queries of one run."""

    median: float
    p95: float
    database: float
    queries: int


def beside(
    client: Client, address: str, reference: str, statements: list[Statement], runs: int
) -> tuple[Timing, Timing, float]:
    """Fetch ``address``, ``reference`` and the rows of plain SQL in turns, so that all see the same machine.

    The last is the median milliseconds of the plain SQL. Two rounds warm up.
    """
    page, other, plain = Laps(), Laps(), []
    for number in range(runs + 2):
        for place, laps in ((address, page), (reference, other)):
            laps.fetch(client, place, warm=number > 1)
        took = bare(statements)
        if number > 1:
            plain.append(took)
    return page.timing, other.timing, statistics.median(plain)


class Laps:
    """How long each fetch took, in whole and in the database (both in ms), and how many queries it made."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.shares: list[float] = []
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
            self.shares.append(sum(spent) * 1000)
            self.queries = max(self.queries, len(spent))

    @property
    def timing(self) -> Timing:
        return Timing(
            statistics.median(self.whole), percentile(self.whole), statistics.median(self.shares), self.queries
        )


def clock(spent: list[float]) -> Callable[..., Any]:
    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - start)

    return timed


def bare(statements: list[Statement]) -> float:
    """Milliseconds of plain SQL that fetches the same rows."""
    with connection.cursor() as cursor:
        start = time.perf_counter()
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
        return (time.perf_counter() - start) * 1000


def percentile(values: list[float], share: float = 0.95) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
