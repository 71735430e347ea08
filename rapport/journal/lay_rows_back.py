"""Rows that a change added, changed or removed: kept as they were before and after, and laid back column by column."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from rapport.journal.change import Change
from rapport.journal.rows import Image, Written, put_back, rows_now, write_back
from rapport.journal.ways_back import BACK, Choices, Clash, UndoError


def rows_of(change: Change) -> Iterator[Written]:
    return written_of(change.back)


def written_of(back: Mapping[str, Any]) -> Iterator[Written]:
    for label, pk, before, after in back.get("rows", ()):
        yield Written(apps.get_model(label), pk, before, after)


def lay_rows_back(written: Iterable[Written], choices: Choices) -> None:
    """Make the rows what they were before. Raises UndoError for what is otherwise since and not decided in ``choices``."""
    clashes: list[Clash] = []
    for one in written:
        now = rows_now(one.model, [one.pk]).get(one.pk)
        clashes += laid(one, now, choices)
    if clashes:
        raise UndoError("changed since", clashes)


def laid(one: Written, now: Image | None, choices: Choices) -> list[Clash]:
    """Lay one row back; what has to be decided first."""
    if one.before is None:
        return removed(one, now, choices)
    if now is None:
        put_back(one.model, [one.before])
        if one.pk not in rows_now(one.model, [one.pk]):
            raise UndoError("taken meanwhile")
        return []
    new, clashes = dict(now), []
    for column, before in one.before.items():
        left = one.before[column] if one.after is None else one.after[column]
        if left == before or now[column] == before:
            continue
        key = f"{one.pk}.{column}"
        if now[column] == left or choices.get(key) == BACK:
            new[column] = before
        elif key not in choices:
            clashes.append(Clash(key, label_of(one.model, column), shown(now[column]), shown(before)))
    if not clashes and new != now:
        write_back(one.model, [new])
    return clashes


def removed(one: Written, now: Image | None, choices: Choices) -> list[Clash]:
    """Take a row away that the change added."""
    if now is None:
        return []
    key = str(one.pk)
    if now == one.after or choices.get(key) == BACK:
        one.model._default_manager.filter(pk=one.pk).delete()  # noqa: SLF001
        return []
    return [] if key in choices else [Clash(key, one.model._meta.verbose_name or "", _("changed since"), "")]  # noqa: SLF001


def label_of(model: type[models.Model], column: str) -> Any:
    return next(one.verbose_name for one in model._meta.concrete_fields if one.column == column)  # noqa: SLF001


def shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
