"""`rapport demo`: fill an empty installation with the demo company, or take it away again."""

import argparse
import sys

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from rapport.demo import firm
from rapport.demo.empty import empty
from rapport.demo.fill import NotEmptyError, fill
from rapport.demo.models import Planted
from rapport.demo.signin import forget, password
from rapport.installation import serve

HELP = "Fill an empty installation with the demo company: a maker of coffee machines, three years of history."
NOT_STARTED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--empty", action="store_true", help="take the demo company away, and nothing else")
    parser.add_argument("--serve", action="store_true", help="then run Rapport, as `rapport serve` does")


def run(options: argparse.Namespace) -> int:
    if options.empty:
        return emptied()
    if Planted.objects.exists():
        say("The demo company is there already; its data stay as they are.")
    else:
        code = filled()
        if code:
            return code
    if options.serve:
        serve.become(greeting())
    say(greeting())
    return 0


def filled() -> int:
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("Demo company", total=1.0)
            fill(
                at=timezone.now(),
                password=password(settings.HOME),
                tell=lambda what, share: progress.update(bar, description=what, completed=share),
            )
    except NotEmptyError:
        sys.stderr.write(
            "rapport: this installation holds data already, and the demo company never mixes with it. Set RAPPORT_HOME to "
            "another folder (or DATABASE_URL to an empty database) and run it again.\n"
        )
        return NOT_STARTED
    return 0


def emptied() -> int:
    if not Planted.objects.exists():
        say("There is no demo company here.")
        return 0
    gone = empty(by=None, at=timezone.now())
    forget(settings.HOME)
    say(f"The demo company is gone: {gone.customers:,} customers, {gone.interactions:,} interactions.")
    return 0


def greeting() -> str:
    """How to sign in."""
    return (
        f"Sign in as {firm.AGENT.email} (agent, team Iberia) or {firm.ADMINISTRATOR.email} (administrator), "
        f"password: {password(settings.HOME)}"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
