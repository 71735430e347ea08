"""Hold the embedded database for a parent process: ``python -m rapport.lib.keeper HOME``.

The keeper brings the database back when it dies, and lets it go when its standard input ends. That end comes also when
the parent is killed, so nothing stays behind.
"""

import argparse
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rapport.lib import binaries, postgres

LOOK_SECONDS = 1.0


def command(home: Path, *flags: str) -> list[str]:
    return [sys.executable, "-m", "rapport.lib.keeper", str(home), *flags]


@contextmanager
def kept(home: Path, *flags: str) -> Iterator[str]:
    """The URL of the database of ``home``, held by a keeper for as long as we live."""
    with subprocess.Popen(  # noqa: S603
        command(home, "--tell", *flags),
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as keeper:
        line = keeper.stdout.readline() if keeper.stdout else ""
        if not line.startswith("ready "):
            told = keeper.stderr.read() if keeper.stderr else ""
            raise binaries.DatabaseError(told.strip() or "the keeper of the database ended at once")
        try:
            yield line.split()[1]
        finally:
            if keeper.stdin:
                keeper.stdin.close()
            keeper.wait(postgres.STOP_SECONDS + 10)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--tell", action="store_true", help="print the URL once the database answers")
    parser.add_argument("--careless", action="store_true", help="never wait for the disk: for tests")
    parser.add_argument("--throw-away", action="store_true", help="delete everything at the end")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, go)
    try:
        with postgres.running(options.home, durable=not options.careless) as url:
            if options.tell:
                print("ready", url, flush=True)  # noqa: T201
            keep(options.home, durable=not options.careless)
    except binaries.DatabaseError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    finally:
        if options.throw_away:
            postgres.remove(options.home)
    return 0


def go(number: int, _frame: object) -> NoReturn:
    """End once; a second signal must not cut the stopping short."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


def keep(home: Path, *, durable: bool) -> None:
    """Look after the database until the parent closes the pipe or dies."""
    pause = LOOK_SECONDS
    while not asked_to_go(pause):
        cluster = postgres.noted(home)
        if cluster and not postgres.answers(cluster):
            try:
                postgres.revive(home, durable=durable)
                pause = LOOK_SECONDS
            except binaries.DatabaseError as error:
                pause = min(pause * 2, 30)
                print(time.strftime("%H:%M:%S"), error, file=sys.stderr)  # noqa: T201


def asked_to_go(seconds: float) -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    sys.exit(main())
