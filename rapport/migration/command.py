"""``rapport migrate``: move in from another CRM with a folder or a .zip of its files, or take that back."""

import argparse
import json
import sys
from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from rapport.imports.keep import Copy
from rapport.imports.models import ImportRun, State
from rapport.imports.propose import ImportRefusedError
from rapport.migration.draft import discard, draft
from rapport.migration.forms import troubles_of
from rapport.migration.models import Migration
from rapport.migration.owners import strangers
from rapport.migration.rehearse import rehearse_migration
from rapport.migration.report import summary
from rapport.migration.run import begin, run_all, start_taking_back, take_all_back
from rapport.migration.steps import lay_out, rehearse_later
from rapport.migration.unpack import files_below
from rapport.people.models import User

HELP = "Move in from another CRM: all its files at once, linked by their ids, as one run with one report."
ALL_WELL, SOME_FAILED, NOT_STARTED = 0, 3, 2
MORE = """
Owners are matched to colleagues by e-mail; --owner ID=EMAIL says who another one is. Nobody gets a sign-in.
exit codes: 0 all well, 3 some rows failed, 2 not started.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = MORE
    parser.add_argument("files", type=Path, nargs="?", help="a folder or a .zip with the exported files")
    parser.add_argument("--owner", action="append", default=[], metavar="ID=EMAIL", help="who an owner is here")
    parser.add_argument("--dry-run", action="store_true", help="rehearse all of it, write nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask after the preview")
    parser.add_argument("--json", action="store_true", help="the report as the last line of standard output")
    parser.add_argument("--go-on", type=int, metavar="NUMBER", help="go on with one that was cut short")
    parser.add_argument("--revert", type=int, metavar="NUMBER", help="take one back as a whole")


def run(options: argparse.Namespace) -> int:
    console = Console(stderr=True, highlight=False)
    if options.revert is not None:
        return reverted(console, options)
    if options.go_on is not None:
        found = Migration.objects.filter(pk=options.go_on).first()
        return followed(console, found, options) if found else refused(f"there is no migration {options.go_on}")
    try:
        path = options.files.resolve(strict=True) if options.files else None
        uploads = [] if path is None else files_below(path) if path.is_dir() else [Copy(path.name, path)]
        migration = draft(uploads, by=None, at=timezone.now())
        owned(migration, options.owner)
    except (ImportRefusedError, OSError) as problem:
        return refused(str(problem))
    return prepared(console, migration, options)


def prepared(console: Console, migration: Migration, options: argparse.Namespace) -> int:
    lay_out(migration)
    preview(console, migration)
    troubles = troubles_of(migration)
    if troubles:
        discard(migration)
        return refused("; ".join(troubles))
    if options.dry_run:
        return tried(console, migration, options)
    if not (options.yes or agreed(console)):
        discard(migration)
        return NOT_STARTED
    return followed(console, migration, options)


def owned(migration: Migration, said: list[str]) -> None:
    """Raises ImportRefusedError for an owner or a colleague whom nobody knows."""
    for text in said:
        key, _sign, email = text.rpartition("=")
        if key not in migration.owners:
            message = f"--owner {text!r}: no file names this owner"
            raise ImportRefusedError(message)
        if not User.objects.filter(email=email.lower(), is_active=True).exists():
            message = f"--owner {text!r}: nobody here has this address"
            raise ImportRefusedError(message)
        migration.owners[key]["user"] = email.lower()
    migration.save(update_fields=["owners"])


def refused(why: str) -> int:
    sys.stderr.write(f"rapport migrate: {why}\n")
    return NOT_STARTED


def preview(console: Console, migration: Migration) -> None:
    table = Table("file", "what", "links, or why not", box=None, pad_edge=False, header_style="dim")
    for file in migration.files.order_by("place"):
        links = ", ".join(f"{one['column']} → {one['there']}" for one in file.links if one["on"])
        table.add_row(file.name, str(file.get_what_display()), links or file.note)
    console.print(table)
    for key, owner in strangers(migration):
        console.print(f"  owner {key} ({owner['name']} {owner['email']}) is {owner['user'] or 'nobody here'}")


def agreed(console: Console) -> bool:
    if not sys.stdin.isatty():
        console.print("Nothing taken in: say --yes to do so without being asked, or run it in a terminal.")
        return False
    return console.input("Move in? [y/N] ").strip().lower() in {"y", "yes", "j", "ja"}


def tried(console: Console, migration: Migration, options: argparse.Namespace) -> int:
    rehearse_later(migration, by=None, at=timezone.now(), defer=False)
    rehearse_migration(migration, at=timezone.now(), progress=lambda name: console.print(f"  trying {name}"))
    steps = migration.steps.select_related("run").order_by("place")
    found = [{"file": step.run.file_name, "kind": step.run.kind, **step.run.rehearsal} for step in steps]
    migration.refresh_from_db()
    trouble = migration.trouble
    console.print("Nothing was written. It would be:" if migration.exact else "Nothing was written. It would be about:")
    discard(migration)
    return refused(trouble) if trouble else told(found, options)


def followed(console: Console, migration: Migration, options: argparse.Namespace) -> int:
    if not begin(migration, by=migration.by, at=timezone.now(), defer=False):
        return refused(f"migration {migration.pk} is {migration.get_state_display()}")
    shown = ""

    def got_on(now: ImportRun) -> None:
        nonlocal shown
        if now.file_name != shown:
            shown = now.file_name
            console.print(f"  {shown}")

    try:
        done = run_all(migration.pk, at=timezone.now(), progress=got_on)
    except KeyboardInterrupt:
        console.print(f"Stopped. `rapport migrate --go-on {migration.pk}` goes on from here.")
        raise
    if done.state != State.DONE:
        sys.stderr.write(f"rapport migrate: {done.trouble or done.get_state_display()}\n")
    console.print(f"This was migration {done.pk}; `rapport migrate --revert {done.pk}` takes it back.")
    code = told(summary(done), options)
    return code if done.state == State.DONE else SOME_FAILED


def told(lines: list[dict[str, object]], options: argparse.Namespace) -> int:
    if options.json:
        sys.stdout.write(json.dumps(lines) + "\n")
    else:
        for line in lines:
            counts = ", ".join(
                f"{value} {name}"
                for name, value in line.items()
                if isinstance(value, int) and value and name != "import"
            )
            sys.stdout.write(f"{line['file']}: {counts}{'; ' + str(line['note']) if line.get('note') else ''}\n")
    return SOME_FAILED if any(line.get("failed") for line in lines) else ALL_WELL


def reverted(console: Console, options: argparse.Namespace) -> int:
    found = Migration.objects.filter(pk=options.revert).first()
    if found is None:
        return refused(f"there is no migration {options.revert}")
    if found.state != State.REVERTING and not (options.yes or agreed_to_revert(console)):
        return NOT_STARTED
    if found.state != State.REVERTING and not start_taking_back(found, by=None, at=timezone.now(), defer=False):
        return refused("nothing of it can be taken back: it is under way, taken back, or older than 30 days")
    done = take_all_back(found.pk, by=None, at=timezone.now())
    left = 0
    for step in done.steps.select_related("run").order_by("-place"):
        counts = {name: value for name, value in step.run.undone.items() if isinstance(value, int) and value}
        left += counts.get("rows_left", 0)
        sys.stdout.write(
            f"{step.run.file_name}: {', '.join(f'{value} {name}' for name, value in counts.items()) or 'nothing'}\n"
        )
    return SOME_FAILED if left else ALL_WELL


def agreed_to_revert(console: Console) -> bool:
    if not sys.stdin.isatty():
        console.print("Nothing taken back: say --yes to do so without being asked, or run it in a terminal.")
        return False
    return console.input("Take all of it back? [y/N] ").strip().lower() in {"y", "yes", "j", "ja"}
