"""The gate under fire: withdrawals race with sending, and the rate at which it decides.

`python -m bench.gate race --interleavings 1000 --deliveries 200` and `python -m bench.gate race --interleavings 1
--deliveries 100000` send through a real SMTP server on this machine, in real transactions, from several threads, while
others withdraw, object and unsubscribe. Each arrival is compared with the moment at which the withdrawal of its address
was acknowledged. With `--kept FILE` each run is kept there as it ends, so that the command goes on where it was
stopped (by `--seconds`, a restart); with `BENCH_HOME` the installation is kept, too. `python -m bench.gate rate` decides
about many messages at once and compares it with bare SQL that reads the same rows.
"""

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("what", choices=["race", "rate"])
    parser.add_argument("--interleavings", type=int, default=1_000)
    parser.add_argument("--deliveries", type=int, default=200)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0, help="end after so many, with what was done until then")
    parser.add_argument("--kept", type=Path, help="where each run is kept; those that stand there are not run again")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    from bench.alone import installation  # noqa: PLC0415

    with installation():
        import django  # noqa: PLC0415

        django.setup()
        from bench.race import race, rate  # noqa: PLC0415

        return race(options) if options.what == "race" else rate(options)


if __name__ == "__main__":
    sys.exit(main())
