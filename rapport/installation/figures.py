"""A figure for every table: how many rows, and a sum over their contents that any difference changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public') AND relkind = 'r' ORDER BY relname
"""
# The two halves of each row's digest, added up: the order of the rows does not matter, and nothing has to be sorted.
FIGURE = """
    SELECT count(*), coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint), 0)::text
        || ' ' || coalesce(sum(('x' || right(digest, 16))::bit(64)::bigint), 0)::text
    FROM (SELECT md5(whole_row::text) AS digest FROM public.{} AS whole_row) AS digests
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
# What a value looks like as text must not depend on who asks.
PLAIN = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"


@dataclass(frozen=True)
class Figure:
    table: str
    rows: int
    sum: str


def tables(server: psycopg.Connection[Any]) -> list[str]:
    return [name for (name,) in server.execute(TABLES)]


def figures(server: psycopg.Connection[Any]) -> Iterator[Figure]:
    """One figure after the other, within the caller's transaction."""
    server.execute(PLAIN)
    for table in tables(server):
        row = server.execute(sql.SQL(FIGURE).format(sql.Identifier(table))).fetchone()
        if row:
            yield Figure(table, row[0], row[1])
    for name, last in server.execute(SEQUENCES).fetchall():
        yield Figure(f"{name} (sequence)", 0, str(last))
