"""Examine this installation, the trail among the rest."""

import argparse
import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from rapport.installation import doctor
from rapport.installation.doctor import Finding
from rapport.installation.ground import database
from rapport.installation.tables import is_behind
from rapport.lib import binaries, postgres

if TYPE_CHECKING:
    from rapport.audit.verify import Verdict

HELP = doctor.HELP
TOLD = 5
ADVICE = "Somebody changed what must not change. Keep a copy of the database as it is, and compare it with a backup."


def arguments(parser: argparse.ArgumentParser) -> None:
    doctor.arguments(parser)


def run(options: argparse.Namespace) -> int:
    return doctor.run(options, further=trail)


def trail() -> Iterator[Finding]:
    """The whole chain is read."""
    if not settings.DATABASE_URL and not postgres.noted(settings.HOME):
        return
    # What looked before us may have left it open to a database that was ended since.
    connection.close()
    try:
        with database():
            if not is_behind():
                # A command can begin before Django stands, models can't.
                check = importlib.import_module("rapport.audit.verify")
                yield as_finding(check.verify(at=timezone.now()))
    except (psycopg.Error, OperationalError, binaries.DatabaseError) as error:
        yield Finding("audit trail", "it cannot be read", str(error).strip())
    finally:
        connection.close()


def as_finding(verdict: "Verdict") -> Finding:
    size = f"{verdict.blocks:,} blocks, {verdict.rows:,} rows"
    erased = f", {verdict.erased:,} of them erased" if verdict.erased else ""
    if verdict.is_whole:
        head = f"; its head is {verdict.head}" if verdict.head else ""
        return Finding("audit trail", f"{size}{erased}, unbroken{head}")
    told = "; ".join(str(fault) for fault in verdict.faults[:TOLD])
    more = f"; and {verdict.broken - TOLD:,} more" if verdict.broken > TOLD else ""
    return Finding("audit trail", f"{size}{erased}, broken: {told}{more}", ADVICE)
