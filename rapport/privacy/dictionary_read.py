"""The data dictionary: what the models have, what Rapport says of it, and what people say over it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst

from rapport.consent.purpose import Basis
from rapport.customers.models import Identifier
from rapport.fields.models import CustomField, declared
from rapport.fields.sensitivity import SEEN_WITH, Level
from rapport.people.role import Role
from rapport.privacy.dictionary import Entry
from rapport.privacy.dictionary_declared import DECLARED, about, columns_of, history_of, models_by_table
from rapport.privacy.dictionary_words import Table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RECORDS, OWN = "customers_customer", "extra"
WAYS, WAY = "customers_identifier", "value"
PERSONAL = frozenset({Level.PERSONAL, Level.SENSITIVE, Level.SPECIAL})


@dataclass(frozen=True)
class Line:
    """One column, or one part of it: a field of the organisation's own, a kind of identifier."""

    table: str
    column: str
    label: str
    hint: str
    level: str
    purpose: "StrOrPromise"
    basis: str
    keeps: "StrOrPromise"
    source: "StrOrPromise"
    seen_with: str
    is_own: bool = False
    said: Entry | None = None

    @property
    def is_complete(self) -> bool:
        return all((self.purpose, self.basis, self.keeps, self.level, self.source))

    @property
    def is_personal(self) -> bool:
        return self.level in PERSONAL

    @property
    def basis_in_words(self) -> "StrOrPromise":
        return Basis(self.basis).label if self.basis else ""

    @property
    def level_in_words(self) -> "StrOrPromise":
        return Level(self.level).label if self.level else ""

    def says(self, words: str) -> bool:
        """Whether ``words`` stand in it."""
        all_of_it = (self.table, self.column, self.label, self.hint, self.purpose, self.keeps, self.source)
        return words.casefold() in " ".join(map(str, all_of_it)).casefold()


@dataclass(frozen=True)
class Kept:
    """One table with its lines."""

    table: str
    room: str
    title: str
    about: tuple[str, ...]
    history: str
    lines: tuple[Line, ...]

    @property
    def personal(self) -> int:
        return sum(one.is_personal for one in self.lines)

    @property
    def incomplete(self) -> int:
        return sum(not one.is_complete for one in self.lines)


def dictionary() -> list[Kept]:
    """All of it, in two queries."""
    said = {(one.table, one.column): one for one in Entry.objects.all()}
    own = declared()
    return [kept_in(table, said, own) for table in models_by_table()]


def table_of(table: str) -> Kept | None:
    if table not in models_by_table():
        return None
    said = {(one.table, one.column): one for one in Entry.objects.filter(table=table)}
    return kept_in(table, said, declared() if table == RECORDS else [])


def kept_in(table: str, said: dict[tuple[str, str], Entry], own: list[CustomField]) -> Kept:
    model = models_by_table()[table]
    lines = tuple(spoken(one, said.get((table, one.column))) for one in plain(table, own))
    meta = model._meta  # noqa: SLF001
    return Kept(table, meta.app_label, capfirst(str(meta.verbose_name)), about(table), history_of(table), lines)


def plain(table: str, own: list[CustomField]) -> Iterator[Line]:
    """What Rapport says by itself."""
    of, levels = DECLARED.get(table), levels_of(table)
    for column, field in columns_of(table).items():
        label, hint = capfirst(str(field.verbose_name)), str(field.help_text)
        yield line(of, table, column, levels.get(column, ""), (label, hint))
        if (table, column) == (RECORDS, OWN):
            yield from (own_line(of, one) for one in own)
        if (table, column) == (WAYS, WAY):
            for kind in Identifier.Kind:
                yield line(of, table, f"{WAY}.{kind.value}", levels.get(column, ""), (str(kind.label), ""))


def levels_of(table: str) -> dict[str, str]:
    return {column: level.value for column, level in DECLARED[table].columns()} if table in DECLARED else {}


def line(of: Table | None, table: str, column: str, level: str, words: tuple[str, str]) -> Line:
    if of is None:
        return Line(table, column, *words, level, "", "", "", "", "")
    return Line(
        table,
        column,
        *words,
        level,
        of.why.label,
        of.basis.value,
        of.keeps.label,
        of.whence.label,
        of.seen_with,
    )


def own_line(of: Table | None, field: CustomField) -> Line:
    """A field of the organisation's own: only the organisation knows what for."""
    keeps, source = (of.keeps.label, of.whence.label) if of else ("", "")
    seen_with = of.seen_with if of else ""
    column, level = f"{OWN}.{field.key}", Level.PERSONAL.value
    return Line(RECORDS, column, field.label, field.hint, level, "", "", keeps, source, seen_with, is_own=True)


def spoken(one: Line, entry: Entry | None) -> Line:
    """``one`` with what people say over it."""
    if entry is None:
        return one
    return Line(
        one.table,
        one.column,
        one.label,
        one.hint,
        entry.level or one.level,
        entry.purpose or one.purpose,
        entry.basis or one.basis,
        entry.keeps or one.keeps,
        entry.source or one.source,
        one.seen_with,
        is_own=one.is_own,
        said=entry,
    )


def who_sees(one: Line, roles: Iterable[Role]) -> list[Role]:
    """The roles that meet it in the browser: their permissions open its place, and its level is not masked for them."""
    if not one.seen_with:
        return []
    wanted = {one.seen_with, SEEN_WITH.get(Level(one.level) if one.level else Level.INTERNAL, one.seen_with)}
    return [role for role in roles if wanted <= role.permissions]


def maskable(one: Line) -> bool:
    """Whether the customer's page and lists can hide it from whoever may not see what is so sensitive."""
    return one.is_own or (one.table == WAYS and one.column.startswith(f"{WAY}."))


def kept_line(table: str, column: str, *, said: bool = True) -> Line | None:
    """One line as it holds; without ``said`` as Rapport says it by itself."""
    if table not in models_by_table():
        return None
    own = declared() if column.startswith(f"{OWN}.") else []
    found = next((one for one in plain(table, own) if one.column == column), None)
    if found is None or not said:
        return found
    return spoken(found, Entry.objects.filter(table=table, column=column).first())
