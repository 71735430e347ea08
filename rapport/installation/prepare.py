"""Make everything ready for serving: tables and static files. ``rapport serve`` runs it as a child."""

import argparse
import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

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
    return 0


def files() -> Iterator[str]:
    """Each static file with what would tell that it changed: compressing them takes long."""
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            yield f"{name} {storage.size(name)} {storage.get_modified_time(name)}"
