"""`make bench`: fill a database, time the pages and the intake, and print the table of docs/performance.md.

The database is kept in .state/bench (or where RAPPORT_HOME says), so that a second run only measures.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("RAPPORT_HOME", str(Path(__file__).resolve().parent.parent / ".state" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")

LIMITS = {"sql": 3.0, "empty": 8.0, "copy": 0.25}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=30, help="how often each page is fetched")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each imported file")
    options = parser.parse_args()

    from rapport.lib import installed, postgres  # noqa: PLC0415
    from rapport.lib.memory import settle  # noqa: PLC0415

    with postgres.running(installed.home()):
        import django  # noqa: PLC0415

        django.setup()
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        settings.ROOT_URLCONF = "bench.urls"
        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        settle()
        return measure(options)


def measure(options: argparse.Namespace) -> int:
    from bench import bulk, data, pages  # noqa: PLC0415
    from rapport.customers.models import Customer  # noqa: PLC0415
    from rapport.people.roles import Role  # noqa: PLC0415

    if not Customer.objects.exists():
        start = time.perf_counter()
        data.fill(options.customers, options.interactions)
        print(f"filled in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    print("| page | reader | whole, ms (p50 / p95) | × empty page | database, ms | plain SQL, ms | × | queries |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    missed = 0
    for row in pages.rows(options.runs):
        of_empty, of_sql = row.timing.median / row.empty, row.timing.database / row.sql
        missed += (of_empty > LIMITS["empty"]) + (of_sql > LIMITS["sql"])
        print(
            f"| {row.what} | {row.reader} | {row.timing.median:.1f} / {row.timing.p95:.1f} | {of_empty:.1f} "
            f"| {row.timing.database:.1f} | {row.sql:.1f} | {of_sql:.1f} | {row.timing.queries} |"
        )
    print("\n| intake | rows/s | COPY, rows/s | share | memory, MB |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        rates = [
            bulk.batches(pages.reader(Role.ADMINISTRATOR, None), 7),
            *bulk.files(Path(folder), options.rows, options.rows),
        ]
    for rate in rates:
        share = rate.rows / rate.copy
        missed += share < LIMITS["copy"]
        memory = f"{rate.memory:.0f}" if rate.memory else ""
        print(f"| {rate.what} | {rate.rows:,.0f} | {rate.copy:,.0f} | {share:.0%} | {memory} |")
    print(
        f"\nLimits: {LIMITS['empty']} × an empty page, {LIMITS['sql']} × plain SQL, {LIMITS['copy']:.0%} of COPY; {missed} missed."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
