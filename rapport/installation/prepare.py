"""Make everything ready for serving: tables and static files. ``rapport serve`` runs it as a child."""

import argparse
import hashlib
import sys
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from rapport.lib import installed

HELP = "Bring the tables up to date and collect the static files."
# Our bundles hold what we use of them.
UNUSED = ["django_htmx"]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", action="store_true", help="collect static files even when none has changed")


def run(options: argparse.Namespace) -> int:
    stamp = settings.HOME / "static.stamp"
    state = hashlib.sha256("\n".join(sorted(files())).encode()).hexdigest()
    if options.again or not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED)
        stamp.write_text(state)
    if not get_user_model().objects.exists():
        sys.stdout.write(
            f"Nobody works here yet. Begin at {place()}/welcome/?code={installed.founding_code(settings.HOME)}\n"
        )
    return 0


def place() -> str:
    """The address at which browsers find us."""
    return settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"


def files() -> Iterator[str]:
    """Each static file with what would tell that it changed: compressing them takes long."""
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            yield f"{name} {storage.size(name)} {storage.get_modified_time(name)}"
