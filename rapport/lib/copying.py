"""Many rows into the database at once, by COPY."""

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from psycopg import sql


def copy_rows(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write ``rows`` into ``table``; ``cursor`` is psycopg's or Django's wrapper around one."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    # Django tells its own errors of a statement, but not of what is found out while the rows flow.
    told = cursor.db.wrap_database_errors if hasattr(cursor, "db") else nullcontext()
    with told, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def as_json(value: Any) -> str:
    """``value`` as JSON that PostgreSQL takes: without the NUL that its text can't hold."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return NUL.sub(r"\1", text) if "\\u0000" in text else text


# Not the six characters themselves: those follow a backslash of their own.
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def as_array(ids: Iterable[int | str]) -> str:
    """``ids`` for `%s::bigint[]`: one string is bound many times faster than a list of thousands."""
    return "{" + ",".join(map(str, ids)) + "}"


def next_ids(cursor: Any, table: str, count: int) -> list[int]:
    """``count`` fresh ids from the sequence behind ``table``.id."""
    cursor.execute(
        """WITH found AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence)
           SELECT string_agg(nextval(sequence)::text, ',') FROM found, generate_series(1, %s)""",
        [table, count],
    )
    return list(map(int, (cursor.fetchone()[0] or "").split(","))) if count else []
