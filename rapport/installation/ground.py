"""Lay the ground on which a command runs, and turn what goes wrong into a sentence and an exit code."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from psycopg.conninfo import conninfo_to_dict

from rapport.installation.in_history import in_history
from rapport.installation.tables import bring_up_to_date
from rapport.lib import postgres
from rapport.lib.binaries import DatabaseError
from rapport.lib.memory import settle
from rapport.lib.origin import done_from

SURPRISED, NOT_STARTED, TERMINATED = 1, 2, 143


def run(name: str, module: str, ground: str, arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    # Told to end, a command leaves properly: the database must not be left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        if ground != "nothing":
            django.setup()
        command = importlib.import_module(module)
        parser = argparse.ArgumentParser(prog=f"rapport {name}", description=command.HELP)
        command.arguments(parser)
        options = parser.parse_args(arguments)
        settle()
        with laid(ground, f"rapport {name}"), done_from(command=f"rapport {name}"):
            return int(command.run(options))
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SURPRISED
    except (DatabaseError, ImproperlyConfigured) as error:
        return explain(str(error), NOT_STARTED)
    except OperationalError as error:
        return explain(f"the database does not answer: {error}", NOT_STARTED)
    except Exception as error:
        if os.environ.get("RAPPORT_LOG") == "DEBUG":
            raise
        return explain(f"{type(error).__name__}: {error} (RAPPORT_LOG=DEBUG shows where)", SURPRISED)


def explain(message: str, code: int) -> int:
    tell(message.strip())
    return code


def tell(words: str) -> None:
    sys.stderr.write(f"rapport: {words}\n")
    sys.stderr.flush()


@contextmanager
def laid(ground: str, command: str) -> Iterator[None]:
    if ground == "nothing":
        yield
        return
    with database():
        try:
            if ground == "tables":
                bring_up_to_date(tell)
            with in_history(command=command):
                yield
        finally:
            connection.close()


@contextmanager
def database() -> Iterator[None]:
    """The database that DATABASE_URL names, else the embedded one, running."""
    if settings.DATABASE_URL:
        yield
        return
    with postgres.running(settings.HOME) as url:
        # The settings were read before it ran; only now does it have an address.
        given = conninfo_to_dict(url)
        place = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
        settings.DATABASES["default"].update({key: given[name] for key, name in place.items()})
        yield
