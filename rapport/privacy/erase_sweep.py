"""Look through every table for the words that name a person, and take them out wherever they still stand."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from rapport.audit.forget import forget
from rapport.privacy.erase_person import GONE, Person
from rapport.privacy.erase_rows import WHY

# How a column of this type is read as words, and which columns hold none.
WORDS = {"text", "character varying", "jsonb", "json", "ARRAY", "bytea", "name", "tsvector"}
BATCH = 500
# A row of a file that could not be taken in belongs to nobody: where they are named, all of it is theirs.
WHOLE = frozenset({"imports_importfailure"})
Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Columns:
    """A table with its columns of words, by type, and those whose values must stay different."""

    table: str
    types: dict[str, str]
    lengths: dict[str, int]
    unique: frozenset[str]

    def read(self, column: str) -> str:
        """The column as text, in SQL."""
        quoted = connection.ops.quote_name(column)
        if self.types[column] == "bytea":
            return f"encode({quoted}, 'escape')"
        return f"{quoted}::text"


def tables() -> list[Columns]:
    """Every table that holds words; the queue's, the sessions' and the migrations' too."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        rows = cursor.fetchall()
        cursor.execute(UNIQUE)
        unique: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            unique.setdefault(table, set()).add(column)
    found: dict[str, tuple[dict[str, str], dict[str, int]]] = {}
    for table, column, kind, length in rows:
        types, lengths = found.setdefault(table, ({}, {}))
        if kind in WORDS:
            types[column] = kind
            if length:
                lengths[column] = length
    return [
        Columns(table, types, lengths, frozenset(unique.get(table, ())))
        for table, (types, lengths) in found.items()
        if types
    ]


COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type, c.character_maximum_length
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
ORDER BY c.table_name, c.ordinal_position
"""
UNIQUE = """
SELECT DISTINCT r.relname, a.attname
FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = ANY(i.indkey)
WHERE i.indisunique AND n.nspname = 'public'
"""


@dataclass(frozen=True)
class Wanted:
    """What is looked for. A pattern is slow to look for: only where one of the plain words or numbers stands is it tried."""

    patterns: Sequence[str]
    words: Sequence[str] = ()
    numbers: Sequence[str] = ()

    @property
    def pattern(self) -> str:
        return "|".join(f"(?:{one})" for one in self.patterns)

    def held(self, text: str) -> tuple[str, list[str]]:
        """Whether ``text``, in SQL, holds one of them; with what is asked for."""
        likely, given = [], []
        if self.words:
            likely.append(f"lower({text}) ~ lower(%s)")
            given.append("|".join(map(re.escape, self.words)))
        if self.numbers:
            likely.append(f"translate({text}, ' ./()-', '') ~ %s")
            given.append("|".join(self.numbers))
        if not likely:
            return f"{text} ~* %s", [self.pattern]
        # In this order, whatever the planner thinks of the costs.
        return f"CASE WHEN {' OR '.join(likely)} THEN {text} ~* %s ELSE false END", [*given, self.pattern]


def counts(wanted: Wanted, part: Columns) -> Iterator[tuple[str, int]]:
    """In how many rows of each column something stands that is wanted."""
    names = list(part.types)
    asked = [wanted.held(part.read(one)) for one in names]
    told = ", ".join(f"count(*) FILTER (WHERE {held})" for held, _given in asked)
    table = connection.ops.quote_name(part.table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {told} FROM {table}", [one for _held, given in asked for one in given])  # noqa: S608
        yield from ((name, number) for name, number in zip(names, cursor.fetchone(), strict=True) if number)


def sweep(person: Person, part: Columns) -> list[int]:
    """Take their words out of a table; the places of the rows that were changed, as the table counts them."""
    if not person.patterns:
        return []
    wanted = wanted_of(person)
    if part.table in WHOLE:
        return drop(part, wanted)
    pattern = re.compile(wanted.pattern, re.IGNORECASE)
    return [pk for batch in found_rows(part, wanted) for pk in clean(part, batch, pattern)]


def wanted_of(person: Person) -> Wanted:
    return Wanted(person.patterns, person.words, person.numbers)


def in_any(wanted: Wanted, part: Columns) -> tuple[str, list[str]]:
    """Whether one of the columns holds something."""
    asked = [wanted.held(part.read(one)) for one in part.types]
    return " OR ".join(held for held, _given in asked), [one for _held, given in asked for one in given]


def drop(part: Columns, wanted: Wanted) -> list[int]:
    held, given = in_any(wanted, part)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {connection.ops.quote_name(part.table)} WHERE {held} RETURNING id",  # noqa: S608
            given,
        )
        return [pk for (pk,) in cursor.fetchall()]


def found_rows(part: Columns, wanted: Wanted) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in which something stands, with their places and all of their words."""
    names = list(part.types)
    held, given = in_any(wanted, part)
    columns = ", ".join(part.read(one) for one in names)
    query = f"SELECT ctid::text, {columns} FROM {connection.ops.quote_name(part.table)} WHERE {held} LIMIT {BATCH}"  # noqa: S608
    seen: set[str] = set()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, given)
            rows = [row for row in cursor.fetchall() if row[0] not in seen]
        if not rows:
            return
        # Whatever can't be cleaned is met once and not again.
        seen |= {row[0] for row in rows}
        yield rows


def clean(part: Columns, rows: list[tuple[Any, ...]], pattern: Pattern) -> Iterator[int]:
    names = list(part.types)
    for place, *values in rows:
        changed = {
            name: cleaned(part, name, value, pattern)
            for name, value in zip(names, values, strict=True)
            if value and pattern.search(value)
        }
        if not changed:
            continue
        pairs = ", ".join(f"{connection.ops.quote_name(name)} = {cast(part, name)}" for name in changed)
        table = connection.ops.quote_name(part.table)
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {pairs} WHERE ctid = %s::tid RETURNING to_jsonb({table})",  # noqa: S608
                [*changed.values(), place],
            )
            written = cursor.fetchone()
            yield known_as(part.table, written)


def known_as(table: str, written: tuple[Any, ...] | None) -> int:
    """The key of a row as it was written, for whoever computes anew what follows from it; the audit trail forgets it."""
    model = next((one for one in apps.get_models() if one._meta.db_table == table and one._meta.managed), None)  # noqa: SLF001
    row = written[0] if written else {}
    row = json.loads(row) if isinstance(row, str) else row
    key = row.get(model._meta.pk.column) if model else None  # noqa: SLF001
    if model is None or not isinstance(key, int):
        return 0
    forget(model, [key], by=None, why=WHY)
    return key


def cast(part: Columns, name: str) -> str:
    kind = part.types[name]
    if kind in {"jsonb", "json"}:
        return f"%s::{kind}"
    if kind == "ARRAY":
        return "%s::text[]"
    if kind == "tsvector":
        return "array_to_tsvector(%s::text[])"
    return "%s"


def cleaned(part: Columns, name: str, value: str, pattern: Pattern) -> Any:
    """``value`` without their words, of the type of the column."""
    kind = part.types[name]
    if kind == "bytea":
        return b""
    if kind in {"jsonb", "json"}:
        return json.dumps(without(json.loads(value), lambda words: pattern.sub(GONE, words)))
    if kind == "ARRAY":
        return [pattern.sub(GONE, one) for one in elements(value)]
    if kind == "tsvector":
        return [one for one in re.findall(r"'((?:[^']|'')*)'", value) if not pattern.search(one)]
    new = pattern.sub(f"{GONE}{abs(hash(value)) % 10**9}" if name in part.unique else GONE, value)
    return new[: part.lengths.get(name, len(new))]


def without(value: Any, replaced: Callable[[str], str]) -> Any:
    """A JSON value with every word in it replaced, those of its keys too."""
    if isinstance(value, str):
        return replaced(value)
    if isinstance(value, list):
        return [without(one, replaced) for one in value]
    if isinstance(value, dict):
        return {replaced(key): without(one, replaced) for key, one in value.items()}
    return value


def elements(value: str) -> list[str]:
    """The elements of an array as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [value])
        return [one or "" for one in cursor.fetchone()[0]]
