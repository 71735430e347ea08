"""Print each figure beside its reference, and how many are missed."""

import argparse
import tempfile
from pathlib import Path

from bench import bulk, pages
from rapport.people.roles import BuiltIn

LIMITS = {"sql": 3.0, "empty": 8.0, "copy": 0.25}


def measure(options: argparse.Namespace) -> int:
    wanted = options.only or ["pages", "intake"]
    missed = 0
    if "pages" in wanted:
        missed += print_pages(options.runs)
    if "intake" in wanted:
        missed += print_intake(options.rows)
    print(
        f"\nLimits: {LIMITS['empty']} × an empty page, {LIMITS['sql']} × plain SQL, {LIMITS['copy']:.0%} of COPY; {missed} missed."
    )
    return 0


def print_pages(runs: int) -> int:
    print(
        "| page | reader | whole, ms (p50 / p95) | fastest, ms | × empty page | database, ms | plain SQL, ms | × | queries |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    missed = 0
    for row in pages.rows(runs):
        of_empty, of_sql = row.timing.fastest / row.empty, row.timing.database / row.sql
        missed += (of_empty > LIMITS["empty"]) + (of_sql > LIMITS["sql"])
        print(
            f"| {row.what} | {row.reader} | {row.timing.median:.1f} / {row.timing.p95:.1f} | {row.timing.fastest:.1f} "
            f"| {of_empty:.1f} | {row.timing.database:.1f} | {row.sql:.1f} | {of_sql:.1f} | {row.timing.queries} |",
            flush=True,
        )
    return missed


def print_intake(count: int) -> int:
    print("\n| intake | rows/s | COPY, rows/s | share | rows/s of processor | COPY | share | memory, MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        rates = [
            bulk.batches(pages.reader(BuiltIn.ADMINISTRATOR, None), 7),
            # Of each customer there are many; in a small file the start of the command is what takes the time.
            *bulk.files(Path(folder), count, 5 * count),
        ]
    for rate in rates:
        own, copy = rate.rapport, rate.copy
        missed += own.clock / copy.clock < LIMITS["copy"]
        memory = f"{rate.memory:.0f}" if rate.memory else ""
        print(
            f"| {rate.what} | {own.clock:,.0f} | {copy.clock:,.0f} | {own.clock / copy.clock:.0%} "
            f"| {own.processor:,.0f} | {copy.processor:,.0f} | {own.processor / copy.processor:.0%} | {memory} |"
        )
    return missed
