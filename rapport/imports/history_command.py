"""``rapport imports``: list what was imported, take an import back, watch folders."""

import argparse
import sys

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from rapport.imports.models import ImportLeft, ImportRun, ImportWatch, State, Stay
from rapport.imports.revert import COUNTED, revert, revertible, start_revert, weigh, weigh_later
from rapport.imports.watch_forms import WatchForm
from rapport.people.models import User

HELP = "List imports, take one back, watch folders for files."
ALL_WELL, SOME_STAYED, NOT_STARTED = 0, 3, 2
MORE = "exit codes: 0 all well, 3 some rows stay, 2 not started."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = MORE
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listing = deeds.add_parser("list", help="the latest imports with their numbers")
    listing.add_argument("--last", type=int, default=20, help="how many (default: 20)")
    back = deeds.add_parser("revert", help="take an import back; after a crash the same command goes on")
    back.add_argument("run", type=int, help="the number of the import")
    back.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    watched = deeds.add_parser(
        "watch", help="take in what lands in a folder below RAPPORT_DROP; without --like: list them"
    )
    watched.add_argument("folder", nargs="?", default="", help="below the drop folder (default: that one itself)")
    watched.add_argument("--like", type=int, metavar="RUN", help="the import as which each file is taken in")
    watched.add_argument("--pattern", default="*.csv", help="which files (default: %(default)s)")
    watched.add_argument("--every", type=int, default=15, metavar="MINUTES", help="how often (default: %(default)s)")
    watched.add_argument("--owner", default="", metavar="EMAIL", help="who is told of trouble")
    back.add_argument("--yes", action="store_true", help="do not ask first")


def run(options: argparse.Namespace) -> int:
    console = Console(stderr=True, highlight=False)
    if options.deed == "list":
        return listed(options.last)
    if options.deed == "watch":
        return watching(options)
    found = ImportRun.objects.filter(pk=options.run).first()
    if found is None:
        return refused(f"there is no import {options.run}; `rapport imports list` names them")
    if found.state == State.REVERTING:
        console.print("Going on where it was cut short.")
        return followed(console, found)
    return reverted(console, found, options) if revertible(found) else too_late()


def too_late() -> int:
    return refused("nothing of this import can be taken back: it is under way, taken back, or older than 30 days")


def reverted(console: Console, found: ImportRun, options: argparse.Namespace) -> int:
    if not options.yes or options.dry_run:
        considered(console, found)
    if options.dry_run:
        return ALL_WELL
    if not (options.yes or agreed(console)) or not start_revert(found, by=None, at=timezone.now(), defer=False):
        return NOT_STARTED
    return followed(console, found)


def listed(last: int) -> int:
    table = Table("number", "file", "source", "state", "rows", "created", "updated", "failed", box=None)
    for one in ImportRun.objects.newest_first()[:last]:
        counts = map(str, (one.rows, one.created, one.updated, one.failed))
        table.add_row(str(one.pk), one.file_name, one.source, one.state, *counts)
    Console(highlight=False).print(table)
    return ALL_WELL


def watching(options: argparse.Namespace) -> int:
    if options.like is None:
        table = Table("folder", "every", "state", "next look", "trouble", box=None)
        for one in ImportWatch.objects.order_by("folder", "pattern"):
            state = "active" if one.active else "paused"
            table.add_row(str(one), f"{one.minutes} min", state, f"{one.next_at:%Y-%m-%d %H:%M} UTC", one.trouble)
        Console(highlight=False).print(table)
        return ALL_WELL
    owner = User.objects.who_may("imports.change_watch").filter(email=options.owner.lower()).first()
    if owner is None:
        return refused("say with --owner which administrator (by e-mail address) is told of trouble")
    said = {"folder": options.folder, "pattern": options.pattern, "minutes": options.every, "like": options.like}
    form = WatchForm(said, runs=ImportRun.objects.all())
    if not form.is_valid():
        return refused("; ".join(f"{name}: {text}" for name, texts in form.errors.items() for text in texts))
    form.save(by=owner)
    return ALL_WELL


def refused(why: str) -> int:
    sys.stderr.write(f"rapport imports: {why}\n")
    return NOT_STARTED


def considered(console: Console, run_: ImportRun) -> None:
    at = timezone.now()
    if weigh_later(run_, by=None, at=at, defer=False):
        weigh(run_.pk, at=at)
    run_.refresh_from_db()
    console.print(f"[b]{run_.file_name}[/b], import {run_.pk}. Taking it back would give:")
    for name, number in run_.undone.get("would", {}).items():
        console.print(f"  {name.replace('_', ' ')}: {number:,}")
    for code, times in run_.undone.get("reasons", {}).items():
        console.print(f"  stays: {times:,} × {Stay(code).label}")


def agreed(console: Console) -> bool:
    if not sys.stdin.isatty():
        console.print("Nothing taken back: say --yes to do so without being asked, or run it in a terminal.")
        return False
    return console.input("Take it back? [y/N] ").strip().lower() in {"y", "yes", "j", "ja"}


def followed(console: Console, run_: ImportRun) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("taking back", total=1.0)
        done = revert(run_.pk, by=None, progress=lambda now: shown.update(task, completed=now.share))
    for left in ImportLeft.objects.filter(run=done).order_by("pk")[:10]:
        console.print(f"  rows {', '.join(map(str, left.rows[:5])) or '–'} {left.field}: {Stay(left.reason).label}")
    counts = ", ".join(f"{done.undone.get(name, 0):,} {name.replace('_', ' ')}" for name in COUNTED)
    sys.stdout.write(counts + "\n")
    return SOME_STAYED if done.undone.get("rows_left") else ALL_WELL
