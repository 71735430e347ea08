"""What a row was and became, field by field and in words; what its reader may not see is covered."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from rapport.customers.models import Customer
from rapport.customers.own import names_of
from rapport.customers.veil import HOLDERS, hidden_columns
from rapport.fields.models import declared
from rapport.fields.sensitivity import MASK, hidden_in
from rapport.fields.words import in_words
from rapport.people.models import User
from rapport.trail.line import Difference

# Of no use to whoever reads: numbers, what is computed from the rest, and the history's own columns.
QUIET = frozenset({"id", "key", "scope", "created_at", "changed_at", "sort_key", "fold_key"})
NAMED = ("name", "title", "label", "value", "code", "email", "city")
LONG = 300
OWN = "extra"


def which(row: Any) -> tuple[str, str]:
    """What people call a row, and the column that says so."""
    for name in NAMED:
        if text := str(getattr(row, name, "") or ""):
            return text, name
    return "", ""


@dataclass
class Referred:
    """The names behind the numbers of a page, each table asked once."""

    names: dict[tuple[type[models.Model], Any], str]

    @classmethod
    def by(cls, rows: Iterable[Any], *, reader: User) -> "Referred":
        wanted: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for one in fields_of(type(row)):
                if one.is_relation and getattr(row, one.attname) is not None:
                    wanted[one.related_model].add(getattr(row, one.attname))
        names = {}
        for model, keys in wanted.items():
            key = "key" if all(isinstance(one, str) for one in keys) else "pk"
            manager: Any = model._default_manager  # noqa: SLF001
            seen = manager.visible_to(reader) if model is Customer else manager.all()
            for found in seen.filter(**{f"{key}__in": keys}):
                names[model, getattr(found, key)] = which(found)[0]
        return cls(names)

    def of(self, one: Any, value: Any) -> str:
        return self.names.get((one.related_model, value)) or _("number %(number)s") % {"number": value}


def fields_of(model: type[models.Model]) -> Iterator[Any]:
    for one in model._meta.concrete_fields:  # noqa: SLF001
        if not one.name.startswith("pgh_") and one.name not in QUIET:
            yield one


@dataclass
class Teller:
    """Says what differs between rows of one table."""

    table: str
    reader: User
    referred: Referred
    own: Sequence[Any] = ()
    own_names: Any = None

    @classmethod
    def of(cls, tracked: type[models.Model], rows: Sequence[Any], *, reader: User) -> "Teller":
        teller = cls(tracked._meta.db_table, reader, Referred.by(rows, reader=reader))  # noqa: SLF001
        if tracked is Customer:
            teller.own = declared()
            teller.own_names = names_of(teller.own, [row.extra for row in rows], reader=reader)
        return teller

    def hides(self, column: str, row: Any) -> bool:
        hidden = hidden_in(self.reader, self.table) | (hidden_columns(self.reader) if self.table in HOLDERS else set())
        return column in hidden or (column == "value" and f"value.{getattr(row, 'kind', '')}" in hidden)

    def called(self, row: Any) -> str:
        text, column = which(row)
        return MASK if text and self.hides(column, row) else text

    def differences(self, old: Any, new: Any) -> Iterator[Difference]:
        """Between two rows, either of which may be missing."""
        there = old if old is not None else new
        for one in fields_of(type(there)):
            before, after = (getattr(row, one.attname, None) for row in (old, new))
            if one.attname == OWN and self.own:
                yield from self.own_differences(before or {}, after or {})
            elif before != after and (old is None or new is None or hasattr(new, one.attname)):
                texts = [self.words(one, value) for value in (before, after)]
                if self.hides(one.column, there):
                    texts = [MASK if text else "" for text in texts]
                if any(texts):
                    yield Difference(one.verbose_name, *texts)

    def own_differences(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
        hidden = hidden_in(self.reader, self.table)
        for one in self.own:
            old, new = before.get(one.key), after.get(one.key)
            if old == new:
                continue
            texts = [in_words(one, value, self.own_names) for value in (old, new)]
            if f"{OWN}.{one.key}" in hidden or OWN in hidden:
                texts = [MASK if text else "" for text in texts]
            yield Difference(one.label, *texts)

    def words(self, one: Any, value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        if one.is_relation:
            return self.referred.of(one, value)
        if one.choices:
            return str(dict(one.flatchoices).get(value, value))
        return in_short(value)


def in_short(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        text = ", ".join(map(str, value))
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"
