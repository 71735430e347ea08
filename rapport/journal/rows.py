"""Rows as images: read, compared, and written back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from rapport.lib.copying import as_array, as_json

Image = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """One row before and after; None where there was none."""

    model: type[models.Model]
    pk: int
    before: Image | None
    after: Image | None

    @property
    def kept(self) -> list[Any]:
        return [self.model._meta.label_lower, self.pk, self.before, self.after]  # noqa: SLF001


def rows_now(model: type[models.Model], ids: Iterable[int]) -> dict[int, Image]:
    """The rows as images, by key, locked."""
    table, key = named(model)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, to_jsonb(r)::text FROM {table} r WHERE {key} = ANY(%s::bigint[]) ORDER BY {key} FOR UPDATE",  # noqa: S608
            [as_array(ids)],
        )
        return {pk: json.loads(text) for pk, text in cursor.fetchall()}


def image(row: models.Model) -> Image | None:
    """The row as it stands in the database."""
    return rows_now(type(row), [row.pk]).get(row.pk)


def added(row: models.Model) -> Written:
    """A row that was not there before."""
    return Written(type(row), row.pk, None, image(row))


def changed(row: models.Model, before: Image | None) -> Written:
    """A row that was ``before`` and is otherwise now; None before a row that is new."""
    return Written(type(row), row.pk, before, image(row))


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
