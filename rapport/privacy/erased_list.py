"""The list of who was erased, kept beside the database: numbers and digests only, so that it names nobody and outlives a restore."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from rapport.customers.models import Customer
from rapport.lib.copying import as_array

NAME = "erasures.jsonl"
THERE = "SELECT to_regclass('public.privacy_erasure') IS NOT NULL"
ERASED = """
SELECT array_append(customer_ids, customer_id), member_ids, confirmed_at FROM privacy_erasure
WHERE state IN ('running', 'broken', 'done') ORDER BY id
"""
BORN = "SELECT id, created_at FROM customers_customer WHERE id = ANY(%s::bigint[])"


@dataclass(frozen=True)
class Erased:
    """Whom an erasure was about: the marks of their records by number, the numbers of their members, and since when."""

    marks: Mapping[str, str]
    members: tuple[int, ...]
    at: str

    @classmethod
    def of(cls, told: Mapping[str, object]) -> "Erased":
        """Raises ValueError or KeyError for what is no line of such a list."""
        marks, members = told["marks"], told["members"]
        if not isinstance(marks, dict) or not isinstance(members, list):
            raise TypeError(told)
        return cls({str(int(pk)): str(mark) for pk, mark in marks.items()}, tuple(map(int, members)), str(told["at"]))


def mark(pk: int, created_at: datetime) -> str:
    """What tells a record from one of another installation that happens to have its number."""
    return hashlib.sha256(f"{pk} {created_at.astimezone(UTC).isoformat()}".encode()).hexdigest()


def list_path() -> Path:
    return Path(settings.HOME) / NAME


def note_erased(customer_ids: Iterable[int], member_ids: Iterable[int], *, at: datetime) -> None:
    """Write one line more, to the disk, before the erasure is called done; twice the same does no harm."""
    born = Customer.objects.filter(pk__in=list(customer_ids)).values_list("pk", "created_at")
    line = Erased({str(pk): mark(pk, created) for pk, created in born}, tuple(member_ids), at.isoformat())
    write_lines(list_path(), [line], mode="a")


def write_lines(path: Path, lines: Iterable[Erased], *, mode: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if mode == "a" else os.O_TRUNC), 0o600)
    with os.fdopen(descriptor, mode, encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one)) + "\n" for one in lines)
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[Erased]:
    """Raises OSError, and ValueError with the line that can't be read."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Erased.of(json.loads(line)))
        except (ValueError, KeyError, TypeError) as problem:
            message = f"{path}: line {number} is no line of a list of erasures"
            raise ValueError(message) from problem
    return found


def erased_so_far() -> list[Erased]:
    """As the list beside the database has it, and the database itself, of whatever version; each once."""
    path = list_path()
    beside = read_lines(path) if path.exists() else []
    return list({tuple(sorted(one.marks.items())): one for one in (*in_database(), *beside)}.values())


def in_database() -> list[Erased]:
    with connection.cursor() as cursor:
        cursor.execute(THERE)
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(ERASED)
        rows = cursor.fetchall()
        cursor.execute(BORN, [as_array(sorted({pk for ids, _members, _at in rows for pk in ids}))])
        born = dict(cursor.fetchall())
    return [
        Erased({str(pk): mark(pk, born[pk]) for pk in sorted(set(ids)) if pk in born}, tuple(members), at.isoformat())
        for ids, members, at in rows
    ]
