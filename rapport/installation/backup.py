"""Write the database and what belongs to it into one file, with the figures that a restore is checked against."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from rich.console import Console
from rich.progress import Progress

from rapport.installation import archive
from rapport.installation.figures import Figure, figures, tables
from rapport.installation.programs import Tools, connect, tools_for
from rapport.lib.binaries import DatabaseError, version

HELP = "Write everything that Rapport knows into one file. The server may run meanwhile."
NOT_STARTED = 2
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY id"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write, for example rapport.backup")


def run(options: argparse.Namespace) -> int:
    target = options.file.absolute()
    if target.exists() or not target.parent.is_dir():
        reason = "exists already" if target.exists() else "is in a folder that does not exist"
        sys.stderr.write(f"rapport backup: {target} {reason}.\n")
        return NOT_STARTED
    manifest = back_up(target)
    sys.stdout.write(f"{target}: {sum(figure.rows for figure in manifest.figures):,} rows.\n")
    return 0


def back_up(target: Path) -> archive.Manifest:
    """Dump and figures see the very same moment, whatever is written meanwhile."""
    with connect() as server, tempfile.TemporaryDirectory(dir=target.parent, prefix=".rapport-") as folder:
        if not tables(server):
            message = "There is nothing to back up: the database has no tables yet."
            raise DatabaseError(message)
        server.rollback()
        tools = tools_for(server.info.server_version // 10000)
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        server.read_only = True
        manifest = archive.Manifest(
            format=archive.FORMAT,
            made_at=datetime.now(UTC).isoformat(),
            tools=version(tools.folder),
            migrations=[name for (name,) in server.execute(MIGRATIONS)],
            figures=counted(server, "Counting"),
        )
        dump(tools, server, Path(folder) / archive.DUMP)
        archive.write(target, manifest, Path(folder) / archive.DUMP, settings.HOME)
    return manifest


def counted(server: psycopg.Connection[Any], what: str) -> list[Figure]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        return list(progress.track(figures(server), total=len(tables(server)), description=what))


def dump(tools: Tools, server: psycopg.Connection[Any], file: Path) -> None:
    """Write the database as it is in the transaction of ``server``."""
    row = server.execute("SELECT pg_export_snapshot()").fetchone()
    choices = [
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--schema=public",
        f"--snapshot={row[0] if row else ''}",
    ]
    with Console(stderr=True).status("Writing the database …"):
        process = tools.start("pg_dump", *choices, f"--file={file}")
        if process.wait():
            message = "pg_dump failed; what it said stands above."
            raise DatabaseError(message)
