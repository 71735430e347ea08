"""`make soak`: bad days, one after the other, on a real installation; everything is counted afterwards.

`python -m soak --list` names them; `--only kill-import-worker` runs one, `--only kill-import` all that begin so.
"""

import argparse
import os
import random
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass

from soak.days import DAYS, Day
from soak.place import FaultError
from soak.stand import Stand


@dataclass(frozen=True)
class Told:
    name: str
    well: bool
    seconds: float
    words: str


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="those whose names begin so")
    parser.add_argument("--seed", type=int, default=1, help="decides the moments (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=1_800, help="seconds for each (default: %(default)s)")
    parser.add_argument("--list", action="store_true", help="name them and end")
    options = parser.parse_args()
    chosen: list[Day] = [day for day in DAYS if not options.only or day.name.startswith(tuple(options.only))]
    if options.list or not chosen:
        print("\n".join(f"{day.name:<24} {day.what}" for day in chosen or DAYS))
        return 0 if options.list else 2
    stand = Stand()
    told = [lived(day, stand, options) for day in chosen]
    told += [lived(Day("the-end", "", lambda *_: ended(stand)), stand, options)]
    print("\n| bad day | ended | s | what it was like |\n|---|---|--:|---|")
    for one in told:
        print(f"| {one.name} | {'well' if one.well else '**badly**'} | {one.seconds:.0f} | {one.words} |")
    return 0 if all(one.well for one in told) else 1


def ended(stand: Stand) -> str:
    stand.fall()
    return "all processes are gone"


def lived(day: Day, stand: Stand, options: argparse.Namespace) -> Told:
    """One bad day within its time."""
    name, begun = day.name, time.monotonic()
    print(f"{name} …", file=sys.stderr, flush=True)
    signal.signal(signal.SIGALRM, late)
    signal.alarm(options.limit)
    try:
        words, well = day.live(random.Random(f"{options.seed} {name}"), stand), True
    except Exception as fault:  # noqa: BLE001 - one bad day must not end the others
        words, well = str(fault).replace("\n", " ")[:600] or type(fault).__name__, False
        if os.environ.get("RAPPORT_LOG") == "DEBUG":
            traceback.print_exc()
        with suppress(FaultError, TimeoutError):
            stand.fall()
    finally:
        signal.alarm(0)
    took = time.monotonic() - begun
    print(f"{name}: {'well' if well else 'BADLY'}, {took:.0f} s: {words}", file=sys.stderr, flush=True)
    return Told(name, well, took, words)


def late(*_: object) -> None:
    message = "its time was over"
    raise TimeoutError(message)


if __name__ == "__main__":
    sys.exit(main())
