"""Which tables are sealed, told by their models: each kept history, and each model that says so itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from psycopg import sql

from rapport.journal.models import Event, Fact

# A ledger that lists more is about nobody in particular; the rows themselves tell of each.
FEW = 100
MOMENTS = ("pgh_created_at", "kept_at", "at", "since")
ACTORS = ("actor", "by", "user")
KINDS = ("kind", "deed", "cause", "allowed", "said")
ABOUT_CUSTOMERS = tuple(fact.value for fact in Fact if fact.name.startswith("CUSTOMERS_"))


@dataclass(frozen=True)
class Table:
    """A sealed table. ``columns`` are those that the digest covers; the expressions speak of its row as ``t``."""

    model: type[models.Model] = field(compare=False)
    label: str
    name: str
    key: str
    columns: tuple[str, ...]
    moment: str
    context: bool
    actor: sql.Composable = field(compare=False)
    kind: sql.Composable = field(compare=False)
    record: str
    homes: sql.Composable = field(compare=False)
    # How long its rows are kept; then they may go without being forgotten one by one.
    kept: timedelta | None = None


@cache
def sealed_tables() -> dict[str, Table]:
    """By the label of their model, in an order that never depends on chance."""
    found = sorted(sealed_models(), key=lambda model: model._meta.label)  # noqa: SLF001
    return {model._meta.label: table_of(model) for model in found}  # noqa: SLF001


def sealed_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        history = issubclass(model, pghistory.models.Event) and model._meta.managed and not model._meta.proxy  # noqa: SLF001
        if history or getattr(model, "SEALED", None):
            yield model


def table_of(model: type[models.Model]) -> Table:
    meta: Any = model._meta  # noqa: SLF001
    by_name = {one.name: one for one in meta.concrete_fields}
    history = "pgh_obj" in by_name
    said: Any = getattr(model, "SEALED", True)
    names: Iterable[str] = by_name if said is True else said
    moment = next(by_name[name].column for name in MOMENTS if name in by_name)
    actor = next((by_name[name].column for name in ACTORS if name in by_name), "")
    return Table(
        model=model,
        label=meta.label,
        name=meta.db_table,
        key=meta.pk.column,
        columns=tuple(by_name[name].column for name in names),
        moment=moment,
        context="pgh_context" in by_name,
        actor=actor_of(actor, history=history),
        kind=kind_of(model, history=history),
        record=by_name["pgh_obj"].column if history else meta.pk.column,
        homes=homes_of(model),
        kept=getattr(model, "SEALED_FOR", None),
    )


def actor_of(column: str, *, history: bool) -> sql.Composable:
    if history:
        return sql.SQL("CASE WHEN c.metadata->>'user' ~ '^[0-9]{1,18}$' THEN (c.metadata->>'user')::bigint END")
    return sql.SQL("t.{}").format(sql.Identifier(column)) if column else sql.SQL("NULL::bigint")


def kind_of(model: type[models.Model], *, history: bool) -> sql.Composable:
    if history:
        return sql.SQL("t.pgh_label")
    names = {one.name for one in model._meta.concrete_fields}  # noqa: SLF001
    told = next((name for name in KINDS if name in names), "")
    return sql.SQL("left(t.{}::text, 40)").format(sql.Identifier(told)) if told else sql.SQL("''")


def homes_of(model: type[models.Model]) -> sql.Composable:
    """Whom a row is about: what its foreign keys to customers and their records lead to, or what it lists."""
    if model is Event:
        return sql.SQL(
            "CASE WHEN t.kind = ANY({kinds}) AND cardinality(t.subject_ids) <= {few}"
            " THEN t.subject_ids ELSE '{{}}'::bigint[] END"
        ).format(kinds=sql.Literal(list(ABOUT_CUSTOMERS)), few=sql.Literal(FEW))
    listed = getattr(model, "HOMES_COLUMN", "")
    if listed:
        return sql.SQL("CASE WHEN cardinality(t.{column}) <= {few} THEN t.{column} ELSE '{{}}'::bigint[] END").format(
            column=sql.Identifier(listed), few=sql.Literal(FEW)
        )
    ways = list(ways_home(model))
    if not ways:
        return sql.SQL("'{}'::bigint[]")
    return sql.SQL("array_remove(ARRAY[{}]::bigint[], NULL)").format(sql.SQL(", ").join(ways))


def ways_home(model: type[models.Model]) -> Iterator[sql.Composable]:
    for one in model._meta.concrete_fields:  # noqa: SLF001
        other: Any = one.related_model
        home = getattr(other, "HOME_COLUMN", "")
        if not home:
            continue
        column, meta = sql.Identifier(one.column), other._meta  # noqa: SLF001
        if home == meta.pk.column:
            yield sql.SQL("t.{}").format(column)
        else:
            yield sql.SQL("(SELECT h.{} FROM {} h WHERE h.{} = t.{})").format(
                sql.Identifier(home), sql.Identifier(meta.db_table), sql.Identifier(meta.pk.column), column
            )
