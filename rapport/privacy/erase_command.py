"""``rapport erase-check``: say in which columns and files a value stands, for whoever has to know that it is gone."""

import argparse
import sys

from rapport.privacy.erase_search import search_everywhere

HELP = "Search the whole database and the files that people brought for values; exit code 3 when one is found."
GONE, FOUND, NOT_STARTED = 0, 3, 2
SHORTEST = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("values", nargs="+", metavar="VALUE", help="a name, an address, a number")


def run(options: argparse.Namespace) -> int:
    if any(len(one.strip()) < SHORTEST for one in options.values):
        sys.stderr.write("rapport erase-check: shorter than four letters would be found everywhere.\n")
        return NOT_STARTED
    found = search_everywhere(options.values)
    for place in found.places:
        sys.stdout.write(f"{place.table}.{place.column}\t{place.rows}\n")
    for file in found.files:
        sys.stdout.write(f"{file}\n")
    for file in found.closed:
        sys.stderr.write(f"could not be looked into: {file}\n")
    return FOUND if found.places or found.files else GONE
