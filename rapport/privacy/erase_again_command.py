"""``rapport erase-again``: after a restore, erase again whoever was erased since the backup was made."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from rapport.privacy.erase_again import erase_again
from rapport.privacy.erased_list import read_lines

HELP = "Erase again whoever a list of `rapport erased` names and this database still holds; exit code 3 when some are left."
WELL, NOT_STARTED, LEFT = 0, 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the list")


def run(options: argparse.Namespace) -> int:
    try:
        wanted = read_lines(options.file)
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"rapport erase-again: {problem}\n")
        return NOT_STARTED
    done = erase_again(wanted, at=timezone.now())
    sys.stdout.write(f"{done.number} people erased again.\n")
    for line in done.left:
        sys.stderr.write(f"not erased: {line}\n")
    return LEFT if done.left else WELL
