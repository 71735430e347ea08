"""Time a page: the whole of it, its share in the database, and how many queries it took."""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client


@dataclass(frozen=True)
class Timing:
    """Milliseconds at the median and the 95th percentile; the median share of the database; queries of one run."""

    median: float
    p95: float
    database: float
    queries: int


def page(client: Client, address: str, runs: int, **headers: str) -> Timing:
    """Fetch ``address`` ``runs`` times after two that warm up."""
    whole, shares, counts = [], [], []
    for number in range(runs + 2):
        spent: list[float] = []
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(clock(spent)))
            start = time.perf_counter()
            response = client.get(address, headers=headers)
            b"".join(response.streaming_content) if response.streaming else response.content
            took = time.perf_counter() - start
        if response.status_code != 200:
            message = f"{address} answered {response.status_code}"
            raise RuntimeError(message)
        if number > 1:
            whole.append(took * 1000)
            shares.append(sum(spent) * 1000)
            counts.append(len(spent))
    return Timing(statistics.median(whole), percentile(whole), statistics.median(shares), max(counts))


def clock(spent: list[float]) -> Callable[..., Any]:
    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - start)

    return timed


def bare(statements: list[tuple[str, dict[str, Any]]], runs: int) -> float:
    """Median milliseconds of plain SQL that fetches the same rows."""
    took = []
    with connection.cursor() as cursor:
        for number in range(runs + 2):
            start = time.perf_counter()
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()
            if number > 1:
                took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def percentile(values: list[float], share: float = 0.95) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
