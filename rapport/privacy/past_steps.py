"""What was changed in a row of this room, when and by whom, read from its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst

from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 30


@dataclass(frozen=True)
class Changed:
    """One column, before and after."""

    label: "StrOrPromise"
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One change; ``by`` is None when Rapport itself or a command did it."""

    at: datetime
    by: User | None
    changed: tuple[Changed, ...]


def steps_of(row: Model | None) -> list[Step]:
    """The changes of a row that keeps its old states, the newest first."""
    if row is None or row.pk is None:
        return []
    meta = row._meta  # noqa: SLF001
    events = apps.get_model(meta.app_label, f"{meta.object_name}Event").objects.filter(pgh_obj=row.pk)
    found = list(events.filter(pgh_label="changed").order_by("-pgh_id").select_related("pgh_context")[:SHOWN])
    authors = User.objects.in_bulk({author_of(event) for event in found} - {None})
    after, steps = row, []
    for event in found:
        told = tuple(differences(event, after, row))
        if told:
            steps.append(Step(event.pgh_created_at, authors.get(author_of(event) or 0), told))
        after = event
    return steps


def differences(before: Model, after: Model, row: Model) -> Iterable[Changed]:
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if getattr(before, field.attname, None) != getattr(after, field.attname, None):
            yield Changed(capfirst(str(field.verbose_name)), in_words(before, field), in_words(after, field))


def in_words(row: Model, field: Any) -> str:
    value = getattr(row, field.name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "" if value is None else str(value)


def author_of(event: Any) -> int | None:
    told = (event.pgh_context.metadata or {}) if event.pgh_context else {}
    author = told.get("user")
    return author if isinstance(author, int) else None
