"""Ten million rows in one file, taken in by a worker that is killed on the way: how fast, in how much memory, and all there.

Alone: `python -m bench.long_import [rows]`, on the database of BENCH_HOME and BENCH_CUSTOMERS. Prints the lines of
docs/performance.md.
"""

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.__main__ import HOME

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
os.environ["RAPPORT_HOME"] = str(HOME / f"{CUSTOMERS}")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
START = datetime(2022, 1, 1, tzinfo=UTC)
# Of every thousand rows so many come again, are of strangers, and have a date that is none.
AGAIN, STRANGERS, WRONG = 10, 10, 5
KILLED_AT = 0.1
WORDS = ("offer", "invoice", "delivery", "appointment", "complaint", "renewal", "question", "order")


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    from bench.stand import prepared  # noqa: PLC0415

    with prepared(CUSTOMERS, CUSTOMERS * 20):
        file = HOME / f"long-{rows}.csv"
        if not file.exists():
            write(file, rows)
        return take_in(file, rows)


def write(file: Path, rows: int) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM customers_identifier WHERE kind = 'email' ORDER BY md5(key) LIMIT 100000")
        mails = [row[0] for row in cursor.fetchall()]
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["external_id", "occurred_at", "channel", "direction", "kind", "email", "subject", "text"])
        for number in range(rows):
            writer.writerow(line(number, mails))


def line(number: int, mails: list[str]) -> list[str]:
    part = number % 1000
    if part < AGAIN:
        number -= 500  # a row that came 500 rows before, in the middle of a thousand
        if number < 0:
            number = 500
        part = 500
    mail = (
        f"stranger{number // 5000}@elsewhere.example"
        if 100 <= part < 100 + STRANGERS
        else mails[number * 7 % len(mails)]
    )
    at = "someday" if 200 <= part < 200 + WRONG else (START + timedelta(seconds=number * 11)).isoformat()
    subject = f"{WORDS[number % 8].capitalize()} {number % 90_000}"
    text = f"Thank you for the {WORDS[number * 5 % 8]}; we look into it and answer by {WORDS[number * 3 % 8]}."
    return [f"long-{number}", at, "email", "inbound", "message", mail, subject, text]


def expected(rows: int) -> dict[str, int]:
    parts = [sum(first <= number % 1000 < last for number in range(rows % 1000)) for first, last in SPANS]
    again, wrong = (whole * (rows // 1000) + rest for whole, rest in zip((AGAIN, WRONG), parts, strict=True))
    return {"rows": rows, "created": rows - again - wrong, "updated": 0, "skipped": again, "failed": wrong}


SPANS = ((0, AGAIN), (200, 200 + WRONG))


def take_in(file: Path, rows: int) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from rapport.imports.fields import Kind  # noqa: PLC0415
    from rapport.imports.models import ImportRun, State  # noqa: PLC0415
    from rapport.imports.propose import Wishes, propose  # noqa: PLC0415
    from rapport.imports.start import drafted, start  # noqa: PLC0415

    plan = propose(file, file.name, Wishes(Kind.INTERACTIONS, zone="UTC", source=f"long {rows}")).plan
    now = timezone.now()
    run = start(drafted(file, file.name, plan, by=None, at=now), by=None, at=now, defer=True)
    print(f"import {run.pk}, {file.stat().st_size / 1e6:,.0f} MB", file=sys.stderr, flush=True)
    begun = time.monotonic()
    peak, kills = 0, 0
    worker = start_worker()
    try:
        while True:
            time.sleep(5)
            peak = max(peak, held(worker.pid))
            run = ImportRun.objects.get(pk=run.pk)
            print(
                f"{time.monotonic() - begun:,.0f} s: {run.cursor:,} rows, {peak / 1024:.0f} MB",
                file=sys.stderr,
                flush=True,
            )
            if run.state != State.RUNNING:
                break
            if not kills and run.cursor > rows * KILLED_AT:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                kills, worker = 1, start_worker()
    finally:
        worker.terminate()
        worker.wait()
    return report(run, rows, time.monotonic() - begun, peak)


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "rapport", "worker"])


def held(pid: int) -> int:
    """The most kilobytes that the process has held."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0
    return next((int(text.split()[1]) for text in status.splitlines() if text.startswith("VmHWM")), 0)


def report(run: object, rows: int, seconds: float, peak: int) -> int:
    wanted = expected(rows)
    found = {name: getattr(run, name) for name in wanted}
    print(f"| rows | {rows:,} |")
    print(
        f"| rate, a killed worker and its restart included | {rows / seconds:,.0f} a second ({seconds / 60:,.0f} min) |"
    )
    print(f"| most memory of the worker | {peak / 1024:,.0f} MB |")
    print(f"| report | {', '.join(f'{number:,} {name}' for name, number in found.items())} |")
    if found != wanted:
        print(f"DIFFERS: expected {wanted}")
    return 0 if found == wanted else 1


if __name__ == "__main__":
    raise SystemExit(main())
