"""Examine this installation: what is wrong with it, and what to do about it."""

import argparse
import json
import os
import shutil
import stat
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

import django
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.utils.module_loading import import_string

from rapport.installation import health
from rapport.installation.ground import database
from rapport.installation.programs import connect
from rapport.installation.serve import is_free
from rapport.installation.tables import is_behind
from rapport.lib import binaries, installed, postgres
from rapport.lib.mail_providers import PROVIDERS

HELP = "Examine this installation and say what is wrong with it and what to do. Exit code 1 when anything is wrong."
ENOUGH_SPACE = 500 * 2**20
OLDEST_SERVER = 15
CLOCK_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; with ``advice`` it is wrong."""

    what: str
    says: str
    advice: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(options: argparse.Namespace, further: Callable[[], Iterable[Finding]] = tuple) -> int:
    """Say what was found; ``further`` looks at what this room knows nothing of."""
    django.setup()
    findings = [*examine(), *further()]
    if options.json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(f"{'WRONG' if finding.advice else 'ok':<6} {finding.what}: {finding.says}\n")
            if finding.advice:
                sys.stdout.write(f"       -> {finding.advice}\n")
    return 1 if any(finding.advice for finding in findings) else 0


def examine() -> Iterator[Finding]:
    for look in (python, home, space, secrets, front_end, mail_provider, door):
        yield look()
    yield from database_findings()


def python() -> Finding:
    return Finding("Python", f"{sys.version.split()[0]} in {sys.prefix}")


def home() -> Finding:
    writable = os.access(settings.HOME, os.W_OK | os.X_OK)
    advice = "" if writable else "Run as the owner of that folder, or set RAPPORT_HOME to a folder of yours."
    return Finding("data folder", f"{settings.HOME} is {'writable' if writable else 'not writable'}", advice)


def space() -> Finding:
    cluster = None if settings.DATABASE_URL else postgres.noted(settings.HOME)
    folders = [str(settings.HOME), *([cluster.folder] if cluster else [])]
    free = min(shutil.disk_usage(folder).free for folder in folders)
    advice = "" if free > ENOUGH_SPACE else f"Make room for at least {ENOUGH_SPACE // 2**20} MB."
    return Finding("space", f"{free // 2**20:,} MB free", advice)


def secrets() -> Finding:
    files = [settings.HOME / installed.SECRET, settings.HOME / installed.DATABASE]
    loose = [str(file) for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    advice = f"Others can read a secret: chmod 600 {' '.join(loose)}" if loose else ""
    return Finding("secrets", "readable by others" if loose else "readable by their owner alone", advice)


def front_end() -> Finding:
    built = settings.BASE / "ui" / "static" / "ui" / "built" / "icons.svg"
    advice = "" if built.exists() else "Run `make setup` in the checkout."
    return Finding("front end", "built" if built.exists() else "not built", advice)


def mail_provider() -> Finding:
    """Whether what it asks for was given, and where it reports to."""
    if not settings.MAIL_PROVIDER:
        return Finding("mail provider", "none; mail leaves by the servers of its accounts")
    provider = PROVIDERS[settings.MAIL_PROVIDER]
    try:
        import_string(provider.backend)()
        import_string(provider.webhook)()
    except ImproperlyConfigured as problem:
        return Finding("mail provider", provider.name, f"It is not complete: {problem}.")
    ours = settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"
    advice = "" if settings.PUBLIC_URL else "Set RAPPORT_PUBLIC_URL, or it can't report what became of mail."
    return Finding("mail provider", f"{provider.name}, which reports to {ours}/mail-provider/news/", advice)


def door() -> Finding:
    """Whoever answers where our web server should."""
    where = f"{settings.HOST}:{settings.PORT}"
    if is_free(settings.HOST, settings.PORT):
        return Finding("web server", f"not running; {where} is free")
    try:
        with urllib.request.urlopen(f"http://{where}/health", timeout=5) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error) if error.code == 503 else {}  # noqa: PLR2004
    except (OSError, ValueError):
        told = {}
    if "worker" not in told:
        return Finding("web server", f"something else answers on {where}", "Stop it, or set RAPPORT_PORT.")
    unwell = [f"{part}: {told[part]}" for part in ("database", "worker") if told[part] != "ok"]
    advice = "See below; `rapport serve` restarts what ends." if unwell else ""
    return Finding("web server", "; ".join(unwell) or f"Rapport answers on {where}, and is well", advice)


def database_findings() -> Iterator[Finding]:
    if not settings.DATABASE_URL:
        try:
            programs = binaries.found(settings.HOME)
        except binaries.DatabaseError as error:
            yield Finding("PostgreSQL", "not found", str(error))
            return
        yield Finding("PostgreSQL", f"version {programs.version} in {programs.folder}")
        if not postgres.noted(settings.HOME):
            yield Finding("database", "none yet; the first `rapport serve` makes it")
            return
    try:
        with database(), connect() as server:
            yield server_version(server)
            yield clock(server)
            yield tables()
            yield worker()
    except (psycopg.Error, OperationalError, binaries.DatabaseError) as error:
        yield Finding("database", "it does not answer", str(error).strip())


def server_version(server: psycopg.Connection) -> Finding:
    version = server.info.server_version // 10000
    advice = "" if version >= OLDEST_SERVER else f"Rapport needs PostgreSQL {OLDEST_SERVER} or newer."
    return Finding("database", f"PostgreSQL {version} answers", advice)


def clock(server: psycopg.Connection) -> Finding:
    row = server.execute("SELECT extract(epoch FROM clock_timestamp())::float").fetchone()
    off = abs(time.time() - row[0]) if row else 0.0
    advice = "" if off < CLOCK_SECONDS else "Set the clocks of this machine and of the database's by a time server."
    return Finding("clock", f"{off:.1f} s from the database's", advice)


def tables() -> Finding:
    behind = is_behind()
    advice = "Run `rapport prepare`; `rapport serve` does it too." if behind else ""
    return Finding("tables", "behind this version of Rapport" if behind else "as this version needs them", advice)


def worker() -> Finding:
    state = health.look()
    running = not is_free(settings.HOST, settings.PORT)
    if state.is_well:
        return Finding("worker", "alive")
    return Finding("worker", state.worker or state.database, "Run `rapport serve`." if running else "")
