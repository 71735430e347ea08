"""``rapport import``: the same way in as the browser's, for files on this machine and for scripts."""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from rapport.imports.fields import KINDS, Kind
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Condition, Plan, read
from rapport.imports.propose import ImportRefusedError, Proposal, Wishes, as_wishes, kind_of, propose
from rapport.imports.rehearse import Foreseen, foresee, rehearse
from rapport.imports.run import run as go
from rapport.imports.start import drafted, start
from rapport.lib.layouts import UnreadableError

HELP = "Import customers, companies, interactions, orders, deals, leads or products from a CSV, XLSX or vCard file, also gzipped or xz-ed."
COUNTS = ("rows", "created", "updated", "skipped", "failed", "unassigned")
ALL_WELL, SOME_FAILED, NOT_STARTED = 0, 3, 2
PREVIEWED = 8
MORE = """
map: column=field takes the column for the field; column= keeps the column as it came; =value=field gives every row
     the value. What is not mapped by hand is suggested from names and values. Files without a header have columns 1, 2, 3 …
where: only rows with exactly this value in the column; the same column twice means either value.
key: what decides whether a customer is known (external_id, email, phone, name); without it external id, then e-mail,
     then phone with an equal name; for companies also the name.
exit codes: 0 all well, 3 some rows failed, 2 not started.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = MORE
    parser.add_argument(
        "kind", nargs="?", choices=[kind.value for kind in KINDS], help="what is in it (default: found out)"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--like", type=int, metavar="RUN", help="take the file in as that import (`rapport imports list`)"
    )
    parser.add_argument("--source", default="", help="where the records come from (default: the file's name)")
    parser.add_argument("--key", default="", metavar="FIELD", help="the field that decides who is known")
    parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column means")
    parser.add_argument("--no-header", action="store_true", help="the first row is data")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only such rows")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask after the preview")
    parser.add_argument("--json", action="store_true", help="the counts as the last line of standard output")


def run(options: argparse.Namespace) -> int:
    console = Console(stderr=True, highlight=False)
    try:
        path = options.file.resolve(strict=True)
        proposal = propose(path, path.name, wishes(options, path))
    except (ImportRefusedError, UnreadableError, OSError) as refusal:
        return refused(str(refusal))
    if proposal.refusal:
        return refused(proposal.refusal)
    preview(console, path, proposal)
    if options.dry_run:
        return dry_run(console, path, proposal.plan, options)
    if not (options.yes or agreed(console)):
        return NOT_STARTED
    return imported(console, path, proposal.plan, options)


def refused(why: str) -> int:
    sys.stderr.write(f"rapport import: {why}\n")
    return NOT_STARTED


def wishes(options: argparse.Namespace, path: Path) -> Wishes:
    if options.like is not None:
        return like(options)
    return Wishes(
        kind=Kind(options.kind) if options.kind else kind_of(path, path.name),
        source=options.source.strip(),
        key=options.key,
        header=False if options.no_header else None,
        mapping=tuple(halves(text, "--map") for text in options.map),
        where=tuple(Condition(*halves(text, "--where", first=True)) for text in options.where),
        zone=settings.TIME_ZONE,
    )


def like(options: argparse.Namespace) -> Wishes:
    """As that import was; the source and the key may be others."""
    earlier = ImportRun.objects.filter(pk=options.like).first()
    if earlier is None:
        message = f"there is no import {options.like}; `rapport imports list` names them"
        raise ImportRefusedError(message)
    before = as_wishes(read(earlier.plan))
    if options.map or options.where or (options.kind and options.kind != before.kind):
        message = "--like says already what the columns mean: leave --map, --where and the kind away"
        raise ImportRefusedError(message)
    return replace(before, source=options.source.strip() or before.source, key=options.key or before.key)


def halves(text: str, option: str, *, first: bool = False) -> tuple[str, str]:
    """What stands before and behind the equals sign: the last one for fields, the first one for values."""
    left, sign, right = text.partition("=") if first else text.rpartition("=")
    if not sign or not left:
        message = f"{option} {text!r}: write it as COLUMN=…"
        raise ImportRefusedError(message)
    return left if left.startswith("=") else left.strip(), right.strip()


def preview(console: Console, path: Path, proposal: Proposal) -> None:
    plan = proposal.plan
    layout = plan.layout
    written = {
        "csv": f"csv, {layout.encoding}, columns set apart by {layout.delimiter!r}",
        "xlsx": f"sheet {layout.sheet}",
        "vcf": f"vCards, {layout.encoding}",
    }[layout.kind]
    console.print(f"[b]{path.name}[/b] ({written}) → {plan.kind} of source [b]{plan.source}[/b]")
    mapping = Table("column", "values", "field", "why", box=None, pad_edge=False, header_style="dim")
    for column in proposal.columns:
        why = f"{column.suggestion.reason} ({column.suggestion.confidence:.0%})" if column.suggestion else ""
        field = ", ".join(column.fields)
        unsure = "" if column.habit.certain or not column.fields else f"  read as {column.habit.order}?"
        mapping.add_row(
            column.name,
            " · ".join(value[:24] for value in column.samples),
            field or "–",
            (why if field else "") + unsure,
        )
    console.print(mapping)
    for target in plan.targets:
        if not target.column:
            console.print(f"every row: {target.field} = {target.constant}")
    foreseen = foresee(path, plan, PREVIEWED, by=None, at=timezone.now())
    first = Table("row", "becomes", "as", box=None, pad_edge=False, header_style="dim")
    for one in foreseen:
        first.add_row(
            str(one.row.number), becomes(one), " · ".join(f"{name} {value[:40]}" for name, value in one.values)
        )
    console.print(first)


def becomes(one: Foreseen) -> str:
    told = one.result.reason or one.customer or ("nobody's yet" if one.result.unassigned else "")
    return f"{one.result.status.value} {told}".strip()


def agreed(console: Console) -> bool:
    if not sys.stdin.isatty():
        console.print("Nothing imported: say --yes to import without being asked, or run it in a terminal.")
        return False
    return console.input("Import? [y/N] ").strip().lower() in {"y", "yes", "j", "ja"}


def dry_run(console: Console, path: Path, plan: Plan, options: argparse.Namespace) -> int:
    with bar(console) as shown:
        task = shown.add_task("rehearsing", total=1.0)
        forecast = rehearse(
            path, plan, by=None, at=timezone.now(), progress=lambda share: shown.update(task, completed=share)
        )
        shown.update(task, completed=1.0)
    console.print("Nothing was written. It would be:" if forecast.exact else "Nothing was written. It would be about:")
    for reason, times in forecast.reasons.items():
        console.print(f"  {times:,} × {reason}")
    return told({name: number for name, number in asdict(forecast).items() if name in COUNTS}, options)


def imported(console: Console, path: Path, plan: Plan, options: argparse.Namespace) -> int:
    draft = drafted(path, path.name, plan, by=None, at=timezone.now())
    if draft.cursor:
        console.print(f"Going on behind row {draft.cursor:,}, where it was cut short.")
    started = start(draft, by=None, at=timezone.now(), defer=False)
    try:
        with bar(console) as shown:
            task = shown.add_task("importing", total=1.0)
            done = go(started.pk, progress=lambda now: shown.update(task, completed=now.share))
            shown.update(task, completed=1.0)
    except KeyboardInterrupt:
        ImportRun.objects.filter(pk=started.pk, state=State.RUNNING).update(state=State.STOPPED)
        console.print("Stopped. The same command goes on from here.")
        raise
    for failure in done.failures.order_by("number")[:10]:
        console.print(f"  line {failure.line:,}: {failure.reason}")
    if done.failed > 10:  # noqa: PLR2004
        console.print(f"  … {done.failed - 10:,} more; all of them as a file in the history of imports")
    if done.state != State.DONE:
        sys.stderr.write(f"rapport import: {done.trouble or done.get_state_display()}\n")
    code = told({name: getattr(done, name) for name in COUNTS}, options)
    return code if done.state == State.DONE else SOME_FAILED


def bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def told(counts: dict[str, int], options: argparse.Namespace) -> int:
    if options.json:
        sys.stdout.write(json.dumps(counts) + "\n")
    else:
        sys.stdout.write(", ".join(f"{number:,} {name}" for name, number in counts.items()) + "\n")
    sys.stdout.flush()
    return SOME_FAILED if counts["failed"] else ALL_WELL
