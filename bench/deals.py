"""`python -m bench.deals`: board, list and forecast over many deals, and how fast a card that was dragged is answered.

The database below BENCH_HOME (.state/bench/deals-N) is filled once: 2,000,000 deals of which 200,000 are open, 10,000 of these in
a pipeline of 12 stages. Pages are measured as an administrator and as an agent who sees one percent, like those of `make bench`.
"""

import argparse
import os
import sys
from pathlib import Path

HOME = Path(os.environ.get("BENCH_HOME") or Path(__file__).resolve().parent.parent / ".state" / "bench")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.deals", description=__doc__)
    parser.add_argument("--deals", type=int, default=2_000_000)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=12)
    options = parser.parse_args()
    os.environ["RAPPORT_HOME"] = str(HOME / f"deals-{options.deals}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    from bench.stand import prepared  # noqa: PLC0415

    with prepared(options.customers, options.customers):
        from bench.many_deals import measure  # noqa: PLC0415

        return measure(options)


if __name__ == "__main__":
    sys.exit(main())
