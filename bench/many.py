"""`python -m bench.many`: change, tag, delete and take back a whole result, in rows a second, as the worker does it.

The database is that of `make bench`; what is measured is taken back, so that it can be measured again.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("RAPPORT_HOME", str(Path(__file__).resolve().parent.parent / ".state" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.many", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    options = parser.parse_args()

    from rapport.lib import installed, postgres  # noqa: PLC0415

    with postgres.running(installed.home()):
        import django  # noqa: PLC0415

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        return measure(options)


def measure(options: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from bench import data, pages  # noqa: PLC0415
    from rapport.bulk.records import RECORDS  # noqa: PLC0415
    from rapport.bulk.run import run  # noqa: PLC0415
    from rapport.bulk.start import Selection, start  # noqa: PLC0415
    from rapport.bulk.take_back import start_taking_back, take_run_back  # noqa: PLC0415
    from rapport.customers.models import Customer  # noqa: PLC0415
    from rapport.people.roles import BuiltIn  # noqa: PLC0415

    if not Customer.objects.exists():
        data.fill(options.customers, options.interactions)
    by, customers = pages.reader(BuiltIn.ADMINISTRATOR, None), RECORDS["customers"]
    print("| what | records | frozen, s | rows/s | taken back, rows/s |\n|---|--:|--:|--:|--:|")
    for name, said in (
        ("tag", {"tags": ["measured"]}),
        ("field", {"claims": {"region": "Norte"}}),
        ("delete", {}),
    ):
        action = customers.action(name, by)
        if action is None:
            message = f"nobody may {name}"
            raise LookupError(message)
        begun = time.perf_counter()
        going = start(customers, action, Selection(whole=True), said, by=by, at=timezone.now())
        frozen = time.perf_counter() - begun
        done = timed(lambda pk=going.pk: run(pk))
        start_taking_back(going, by=by, at=timezone.now())
        back = timed(lambda pk=going.pk: take_run_back(pk, by=by))
        total = going.total
        print(f"| {action.label} | {total:,} | {frozen:.1f} | {total / done:,.0f} | {total / back:,.0f} |")
    return 0


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
