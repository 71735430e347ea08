"""``rapport erased``: write the list of who was erased into a file, to be kept apart from the backups."""

import argparse
import sys
from pathlib import Path

from rapport.privacy.erased_list import erased_so_far, write_lines

HELP = "Write who was erased into a file, as numbers and digests that name nobody: `rapport erase-again` reads it."
WELL, NOT_STARTED = 0, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write; one that is there is written over")


def run(options: argparse.Namespace) -> int:
    try:
        found = erased_so_far()
        write_lines(options.file, found, mode="w")
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"rapport erased: {problem}\n")
        return NOT_STARTED
    sys.stdout.write(f"{options.file}: {len(found)} erasures.\n")
    return WELL
