"""What hangs on records by foreign keys, in whatever room: nothing goes that something else depends on."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from rapport.lib.copying import as_array

# What Rapport computes or remembers about a record goes with it. Whatever else depends on a record holds it.
GOES_ALONG = frozenset(
    (
        *("customers.figure", "customers.condition", "customers.nameuse", "agenda.recent", "identity.pair"),
        *("timeline.tally", "timeline.spend", "search.interactiontext"),
    )
)
# A foreign key; its stubs know too little of it.
Key = Any


def keys_to(model: type[models.Model]) -> Iterator[Key]:
    for other in apps.get_models():
        for field in other._meta.concrete_fields:  # noqa: SLF001
            if isinstance(field, models.ForeignKey) and field.related_model is model and field.db_constraint:  # type: ignore[attr-defined]
                yield field


def holding(model: type[models.Model], ids: Iterable[int], known: Iterable[str]) -> dict[int, str]:
    """Those of ``ids`` that rows of other tables depend on, with what these are called; ``known`` tables are not asked."""
    wanted = as_array(ids)
    passed = {*GOES_ALONG, *known}
    held: dict[int, str] = {}
    if wanted == "{}":
        return held
    for key in keys_to(model):
        if key.model._meta.label_lower in passed:  # noqa: SLF001
            continue
        for pk in referred(key, wanted):
            held.setdefault(pk, key.model._meta.label_lower)  # noqa: SLF001
    return held


def referred(key: Key, wanted: str) -> list[int]:
    quote = connection.ops.quote_name
    column, table = quote(key.column), quote(key.model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY(%s::bigint[])", [wanted])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def remove(model: type[models.Model], ids: Iterable[int]) -> int:
    """Delete these rows and what goes along with them; how many rows of ``model`` went."""
    wanted = as_array(ids)
    if wanted == "{}":
        return 0
    for key in keys_to(model):
        if key.model._meta.label_lower in GOES_ALONG:  # noqa: SLF001
            deleted(key.model, key.column, wanted)
    return deleted(model, model._meta.pk.column, wanted)  # noqa: SLF001


def deleted(model: type[models.Model], column: str, wanted: str) -> int:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(column)} = ANY(%s::bigint[])",  # noqa: S608, SLF001
            [wanted],
        )
        return int(cursor.rowcount)
