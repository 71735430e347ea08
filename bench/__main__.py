"""`make bench`: fill a database, time the pages and the intake, and print the tables of docs/performance.md.

Each size has a database of its own below BENCH_HOME (.state/bench), kept so that a second run only measures.
"""

import argparse
import os
import sys
from pathlib import Path

HOME = Path(os.environ.get("BENCH_HOME") or Path(__file__).resolve().parent.parent / ".state" / "bench")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    number = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
    parser.add_argument("--customers", type=int, default=number, help="BENCH_CUSTOMERS, 100000; 1000000 is full size")
    parser.add_argument("--interactions", type=int, help="20 of each customer")
    parser.add_argument("--runs", type=int, default=30, help="how often each page is fetched")
    parser.add_argument(
        "--rows", type=int, default=100_000, help="customers in an imported file, and a fifth of the interactions"
    )
    parser.add_argument("--only", choices=["fill", "pages", "intake"], action="append", help="not everything")
    options = parser.parse_args()
    options.interactions = options.interactions or options.customers * 20
    os.environ["RAPPORT_HOME"] = str(HOME / f"{options.customers}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    from bench.stand import prepared  # noqa: PLC0415

    with prepared(options.customers, options.interactions):
        from bench.measure import measure  # noqa: PLC0415

        return measure(options)


if __name__ == "__main__":
    sys.exit(main())
