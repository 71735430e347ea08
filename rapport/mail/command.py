"""`rapport mail`: a message, an mbox, a zip or a folder of messages in, by the same way as in the browser."""

import argparse
import json
import sys
from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from rapport.channels.mail.mailbox import NoMailError
from rapport.mail.intake import COUNTS, Strangers
from rapport.mail.models import MailFile, State
from rapport.mail.run import run as go
from rapport.mail.start import brought, start
from rapport.mail.told import trouble_in_words

HELP = "Take in mail from a file: .eml, .mbox, or a .zip or folder of them."
ALL_WELL, NOT_STARTED, SOME_REFUSED = 0, 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exit codes: 0 all well, 3 some messages were refused, 2 not started."
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--strangers",
        choices=Strangers.values,
        default=Strangers.FOUND.value,
        help="what becomes of those whom nobody knows: found as customers, or their mail left out",
    )
    parser.add_argument("--json", action="store_true", help="the counts as the last line of standard output")


def run(options: argparse.Namespace) -> int:
    console = Console(stderr=True, highlight=False)
    try:
        path = options.file.resolve(strict=True)
        mail_file = brought(path, path.name, Strangers(options.strangers), by=None, at=timezone.now())
    except (NoMailError, OSError) as problem:
        why = trouble_in_words(str(problem)) if isinstance(problem, NoMailError) else problem
        sys.stderr.write(f"rapport mail: {why}\n")
        return NOT_STARTED
    if mail_file.messages:
        console.print(f"Going on behind message {mail_file.messages:,}, where it was cut short.")
    started = start(mail_file, at=timezone.now(), defer=False)
    try:
        with bar(console) as shown:
            task = shown.add_task("taking mail in", total=1.0)
            done = go(started.pk, progress=lambda now: shown.update(task, completed=now.share))
    except KeyboardInterrupt:
        MailFile.objects.filter(pk=started.pk, state=State.RUNNING).update(state=State.STOPPED)
        console.print("Stopped. The same command goes on from here.")
        raise
    return told(done, as_json=options.json)


def bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def told(done: MailFile, *, as_json: bool) -> int:
    if done.trouble:
        sys.stderr.write(f"rapport mail: {trouble_in_words(done.trouble)}\n")
    counts = {name: getattr(done, name) for name in ("messages", *COUNTS)}
    words = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    sys.stdout.write((json.dumps(counts) if as_json else words) + "\n")
    return SOME_REFUSED if done.refused or done.state != State.DONE else ALL_WELL
