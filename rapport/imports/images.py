"""Rows as a run found and left them, read from its traces and written back."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from rapport.imports.models import ImportTrace, Stay
from rapport.lib.copying import as_array, as_json

Image = dict[str, Any]


@dataclass(frozen=True)
class Left:
    """Something that stays, and why. `field` is empty where all of it does."""

    label: str
    subject: int
    reason: Stay
    field: str = ""
    detail: str = ""


@dataclass
class Step:
    """What one piece of a run wrote. Changes and deletions stand newest first, as they are taken back."""

    run: int = 0
    newest: int = 0
    made: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, list[tuple[Image, Image]]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[str, list[list[Image]]] = field(default_factory=lambda: defaultdict(list))
    traces: dict[str, list[ImportTrace]] = field(default_factory=lambda: defaultdict(list), repr=False)

    @classmethod
    def of(cls, run_id: int, step: int) -> "Step":
        found = cls(run_id)
        for trace in ImportTrace.objects.filter(run=run_id, step=step).order_by("-pk"):
            found.newest = max(found.newest, trace.pk)
            if trace.deed == "insert":
                found.made[trace.label].update(trace.ids)
            elif trace.deed == "delete":
                found.deleted[trace.label].append(trace.images)
            else:
                found.traces[trace.label].append(trace)
                found.changed[trace.label] += [(before, after) for before, after in reversed(trace.images)]
        return found


def rows_now(model: type[models.Model], ids: Iterable[int]) -> dict[int, Image]:
    """The rows as images, by key, locked."""
    table, key = named(model)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, to_jsonb(r)::text FROM {table} r WHERE {key} = ANY(%s::bigint[]) ORDER BY {key} FOR UPDATE",  # noqa: S608
            [as_array(ids)],
        )
        return {pk: json.loads(text) for pk, text in cursor.fetchall()}


def named(model: type[models.Model]) -> tuple[str, str]:
    quote, meta = connection.ops.quote_name, model._meta  # noqa: SLF001
    return quote(meta.db_table), quote(meta.pk.column)


def write_back(model: type[models.Model], images: Sequence[Image]) -> None:
    """Make rows that exist what their images say."""
    table, key = named(model)
    columns = [connection.ops.quote_name(one.column) for one in model._meta.concrete_fields if not one.primary_key]  # noqa: SLF001
    pairs = ", ".join(f"{column} = image.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} r SET {pairs} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) image "  # noqa: S608
            f"WHERE r.{key} = image.{key}",
            [as_json(list(images))],
        )


def put_back(model: type[models.Model], images: Sequence[Image]) -> None:
    """Bring rows back that were deleted, under the keys they had."""
    table, _key = named(model)
    columns = ", ".join(connection.ops.quote_name(one.column) for one in model._meta.concrete_fields)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE "  # noqa: S608
            f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) ON CONFLICT DO NOTHING",
            [as_json(list(images))],
        )
