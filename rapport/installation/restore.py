"""Bring back what a backup holds, and compare every table with the figures that the backup carries."""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from rich.console import Console

from rapport.installation import archive
from rapport.installation.backup import counted
from rapport.installation.figures import Figure, tables
from rapport.installation.programs import connect, tools_for
from rapport.lib.binaries import DatabaseError

HELP = "Bring back what a backup holds, into an empty database; afterwards every table is compared with the backup."
SURPRISED, NOT_STARTED = 1, 2
ASIDE = "before_restore"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file that `rapport backup` wrote")
    parser.add_argument("--erasures", type=Path, help="a list of `rapport erased`: these people are erased again, too")
    parser.add_argument("--replace", action="store_true", help="take the place of what the database holds now")


def run(options: argparse.Namespace) -> int:
    connection.close()
    try:
        with archive.reading(options.file) as (manifest, inside), connect() as server:
            server.autocommit = True
            hindrance = what_hinders(server, manifest, options)
            if hindrance:
                sys.stderr.write(f"rapport restore: {hindrance}\n")
                return NOT_STARTED
            again = gather(options.erasures)
            differences = restore(server, manifest, inside)
            files = 0 if differences else archive.bring_back(inside, settings.HOME)
    except (archive.ArchiveError, OSError) as error:
        sys.stderr.write(f"rapport restore: {error}\n")
        return NOT_STARTED
    if differences:
        sys.stderr.write("rapport restore: undone, because these differ from the backup:\n" + "".join(differences))
        return SURPRISED
    rows = sum(figure.rows for figure in manifest.figures)
    sys.stdout.write(f"Restored {rows:,} rows and {files} files; every table equals the backup.\n")
    return erase_again(again)


def gather(given: Path | None) -> Path | None:
    """Who was erased so far, written down before the database that knows of it goes; None for nobody."""
    known = settings.HOME / "erase-again.jsonl"
    done = ours("erased", str(known))
    if done:
        message = "it could not be read who was erased so far; nothing was restored."
        raise archive.ArchiveError(message)
    if given:
        with known.open("a", encoding="utf-8") as file:
            file.write(given.read_text(encoding="utf-8"))
    return known if known.read_text(encoding="utf-8").strip() else None


def erase_again(known: Path | None) -> int:
    """As a process of its own: it reads the secret key and brings the tables up to date as they are now."""
    if known is None:
        return 0
    done = ours("erase-again", str(known))
    if done:
        sys.stderr.write(f"rapport restore: not everybody was erased again. `rapport erase-again {known}` goes on.\n")
        return done
    known.unlink()
    return 0


def ours(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "rapport", *arguments], check=False).returncode  # noqa: S603 our own


def what_hinders(
    server: psycopg.Connection[Any], manifest: archive.Manifest, options: argparse.Namespace
) -> str | None:
    unknown = set(manifest.migrations) - {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if unknown:
        return f"{options.file} was made by a newer Rapport (it knows {min(unknown)}). Install that one first."
    if tables(server) and not options.replace:
        return "the database is not empty. With --replace the backup takes the place of everything in it."
    row = server.execute(OTHERS).fetchone()
    if row and row[0]:
        return "others are at work in the database. Stop `rapport serve` first."
    return None


def restore(server: psycopg.Connection[Any], manifest: archive.Manifest, inside: tarfile.TarFile) -> list[str]:
    """Put the old tables aside, load, compare; then drop the old ones, or the new ones if anything differs."""
    server.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE; ALTER SCHEMA public RENAME TO {ASIDE}")
    differences = ["nothing was loaded\n"]
    try:
        load(server, manifest, inside)
        with server.transaction():
            differences = compare(manifest.figures, counted(server, "Comparing"))
    finally:
        if differences:
            server.execute(f"DROP SCHEMA IF EXISTS public CASCADE; ALTER SCHEMA {ASIDE} RENAME TO public")
        else:
            server.execute(f"DROP SCHEMA {ASIDE} CASCADE")
    return differences


def load(server: psycopg.Connection[Any], manifest: archive.Manifest, inside: tarfile.TarFile) -> None:
    """Replay the dump in one transaction."""
    version = server.info.server_version // 10000
    tools = tools_for(max(version, manifest.tools))
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as folder:
        inside.extract(archive.DUMP, folder)
        reader = tools.start(
            "pg_restore", "--no-owner", "--no-privileges", "--file=-", f"{folder}/{archive.DUMP}", stdout=PIPE
        )
        choices = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]
        writer = tools.start("psql", *choices, stdin=PIPE, stdout=DEVNULL)
        with reader, writer, Console(stderr=True).status("Loading the database …"):
            pour(reader.stdout, writer.stdin, version)
    if reader.returncode or writer.returncode:
        message = "The database could not be loaded; the reason stands above. What was there before is there again."
        raise DatabaseError(message)


def pour(source: IO[bytes] | None, sink: IO[bytes] | None, version: int) -> None:
    """Hand the script over, without the one setting in its head that servers before 17 do not know."""
    if source is None or sink is None:
        return
    with sink, suppress(BrokenPipeError):
        head = source.read(4096)
        if version < 17:  # noqa: PLR2004
            head = head.replace(b"SET transaction_timeout = 0;\n", b"")
        sink.write(head)
        shutil.copyfileobj(source, sink, 1 << 20)


def compare(expected: list[Figure], found: list[Figure]) -> list[str]:
    ours = {figure.table: figure for figure in found}
    return [
        f"  {figure.table}: {figure.rows:,} rows in the backup, {describe(ours.get(figure.table))} here\n"
        for figure in expected
        if ours.get(figure.table) != figure
    ]


def describe(figure: Figure | None) -> str:
    return f"{figure.rows:,} rows with other contents or number" if figure else "no such table"
