"""How sensitive a piece of data is, and whether somebody may see it: the one rule of masking."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User

# What stands where something may not be seen.
MASK = "••••"


class Level(models.TextChoices):
    """From what anybody may know to what the law protects most (Article 9 of the GDPR)."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    PERSONAL = "personal", _("Personal")
    SENSITIVE = "sensitive", _("Sensitive")
    SPECIAL = "special", _("Special category")


# What somebody must be allowed to, to see what is so sensitive; the other levels are open to whoever sees the record.
SEEN_WITH = {Level.SENSITIVE: "customers.see_sensitive", Level.SPECIAL: "customers.see_special"}


class Graded(models.Model):
    """That a column, or a part of it, is so sensitive that not everybody sees it."""

    table = models.CharField(max_length=63)
    column = models.CharField(max_length=100)
    level = models.CharField(_("sensitivity"), max_length=10, choices=Level.choices)

    class Meta:
        verbose_name = _("sensitive data")
        constraints: ClassVar = [models.UniqueConstraint("table", "column", name="each_column_is_graded_once")]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.level}"


def grade(table: str, column: str, level: str) -> None:
    """From now on it is as sensitive as that."""
    if level in set(SEEN_WITH):
        Graded.objects.update_or_create(table=table, column=column, defaults={"level": level})
    else:
        Graded.objects.filter(table=table, column=column).delete()


def hidden_from(user: User) -> frozenset[tuple[str, str]]:
    """The tables and columns whose values ``user`` may not see; asked once per user object and standing."""
    closed = [level.value for level, permission in SEEN_WITH.items() if not user.allows(permission)]
    if not closed:
        return frozenset()
    known: dict[object, frozenset[tuple[str, str]]] = user.__dict__.setdefault("hidden_known", {})
    if user.standing not in known:
        known[user.standing] = frozenset(Graded.objects.filter(level__in=closed).values_list("table", "column"))
    return known[user.standing]


def hidden_in(user: User, table: str) -> frozenset[str]:
    """The columns of ``table`` whose values ``user`` may not see."""
    return frozenset(column for held, column in hidden_from(user) if held == table)


def graded_in(table: str) -> frozenset[str]:
    """The columns of ``table`` that are sensitive, whoever may see them."""
    known = _known.get()
    if known is None:
        return frozenset(Graded.objects.filter(table=table).values_list("column", flat=True))
    if not known:
        known |= {"": frozenset(), **by_table()}
    return known.get(table, frozenset())


def by_table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table, column in Graded.objects.values_list("table", "column"):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


# What is graded, by table, for as long as a block of `graded_once` lasts.
_known: ContextVar[dict[str, frozenset[str]] | None] = ContextVar("graded", default=None)


@contextmanager
def graded_once() -> Iterator[None]:
    """Within the block what is sensitive is read once, however many are told of it."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)
