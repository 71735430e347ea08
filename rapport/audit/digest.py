"""How a row becomes a digest, and digests a block, as expressions of the database: nothing has to leave it."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from rapport.audit.tables import Table

GENESIS = bytes(32)


def steady(cursor: Any) -> None:
    """The same words for the same values, whatever the session was told: moments in UTC, numbers in full."""
    cursor.execute(
        "SELECT set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'iso_8601', true), set_config('extra_float_digits', '1', true),"
        " set_config('bytea_output', 'hex', true)"
    )


def digest(table: Table, columns: Sequence[str], salt: sql.Composable) -> sql.Composable:
    """SHA-256 over salt, table and the columns of the row ``t``, with the context ``c`` where the table has one."""
    told = [sql.Literal(table.label), *(sql.SQL("t.{}").format(sql.Identifier(one)) for one in columns)]
    if table.context:
        told.append(sql.SQL("c.metadata"))
    row = sql.SQL(", ").join(told)
    return sql.SQL("sha256({salt} || convert_to(to_json(ROW({row}))::text, 'UTF8'))").format(salt=salt, row=row)


def source(table: Table) -> sql.Composable:
    """The join of the context, where the table has one."""
    if not table.context:
        return sql.SQL("")
    return sql.SQL("LEFT JOIN pghistory_context c ON c.id = t.pgh_context_id")


# Each leaf binds the digest to its place, its table and its row, and to who, when and whom, also after the salt is gone.
LEAVES = (
    "string_agg(int8send(e.id) || int4send(e.shape) || int8send(e.row) || int8send(e.object)"
    " || int8send((extract(epoch FROM e.at) * 1000000)::bigint) || int8send(coalesce(e.actor, 0))"
    " || array_send(e.homes) || int4send(octet_length(e.kind)) || convert_to(e.kind, 'UTF8')"
    " || e.digest, '' ORDER BY e.id)"
)
BLOCK = (
    "sha256(b.previous || int8send(b.number)"
    f" || int8send((extract(epoch FROM b.at) * 1000000)::bigint) || coalesce({LEAVES}, ''))"
)
