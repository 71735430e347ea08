"""`rapport calendar`: calendar files in, by the same way as in the browser."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from django.utils import timezone

from rapport.calendars.models import Outcome, Reading, State
from rapport.calendars.run import run as go
from rapport.calendars.start import ENDINGS, start
from rapport.calendars.told import reason_in_words, trouble_in_words
from rapport.channels.calendar.happening import NoCalendarError
from rapport.people.models import User

HELP = "Take in meetings with customers from calendars: an .ics file or a folder of them."
ALL_WELL, NOT_STARTED, SOME_REFUSED = 0, 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exit codes: 0 all well, 3 some files or entries were refused, 2 not started."
    parser.add_argument("file", type=Path)
    parser.add_argument("--of", default="", metavar="E-MAIL", help="whose calendar it is: their time zone, their day")
    parser.add_argument("--newcomers", action="store_true", help="people whom nobody knows become customers")
    parser.add_argument("--json", action="store_true", help="the counts as the last line of standard output")


def run(options: argparse.Namespace) -> int:
    owner = User.objects.filter(email__iexact=options.of, is_active=True).first()
    try:
        path = options.file.resolve(strict=True)
    except OSError as problem:
        sys.stderr.write(f"rapport calendar: {problem}\n")
        return NOT_STARTED
    if options.of and owner is None:
        sys.stderr.write(f"rapport calendar: nobody here has the address {options.of!r}.\n")
        return NOT_STARTED
    files = sorted(one for one in path.rglob("*") if one.name.lower().endswith(ENDINGS)) if path.is_dir() else [path]
    counts = Counter({"files": 0, "files refused": 0, "entries": 0, "meetings": 0, **dict.fromkeys(Outcome.values, 0)})
    for file in files:
        counts += Counter(read(file, owner, newcomers=options.newcomers))
    told = {name: counts[name] for name in ("files", "files refused", "entries", *Outcome.values, "meetings")}
    words = ", ".join(f"{number:,} {name}" for name, number in told.items())
    sys.stdout.write((json.dumps(told) if options.json else words) + "\n")
    return SOME_REFUSED if told["refused"] or told["files refused"] else ALL_WELL


def read(file: Path, owner: User | None, *, newcomers: bool) -> dict[str, int]:
    try:
        begun = start(file, file.name, newcomers=newcomers, by=owner, at=timezone.now(), defer=False)
    except (NoCalendarError, OSError) as problem:
        return refused(file, trouble_in_words(str(problem)))
    done = go(begun.pk)
    for line in done.lines.filter(outcome=Outcome.REFUSED).order_by("number"):
        sys.stderr.write(
            f"{file.name}, entry {line.number}: {reason_in_words(line.reason)} {line.title}".rstrip() + "\n"
        )
    if done.state == State.BROKEN:
        return refused(file, trouble_in_words(done.trouble))
    return {"files": 1, "entries": done.entries, "meetings": done.times, **counts_of(done)}


def refused(file: Path, why: str) -> dict[str, int]:
    sys.stderr.write(f"{file.name}: {why}\n")
    return {"files": 1, "files refused": 1}


def counts_of(reading: Reading) -> dict[str, int]:
    return {one.value: getattr(reading, one.value) for one in Outcome}
