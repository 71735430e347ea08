"""Check the whole chain against the rows as they are now: nothing altered, removed, put in another order or slipped in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from rapport.audit.digest import BLOCK, GENESIS, digest, source, steady
from rapport.audit.models import Block, Shape
from rapport.audit.tables import Table, sealed_tables
from rapport.journal.models import Fact

BATCH = 200
NAMED = 100


class Kind(StrEnum):
    """What can be wrong, and where."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    UNREADABLE = "unreadable"
    SALT = "salt removed"
    BLOCK = "block altered"
    CHAIN = "chain broken"
    TABLE = "table gone"


@dataclass(frozen=True, order=True)
class Fault:
    """``row`` of ``table`` in ``block``; a fault of a block itself names no row, what was slipped in no block."""

    block: int
    kind: Kind
    table: str = ""
    row: int = 0

    def __str__(self) -> str:
        row = f"row {self.row} of {self.table} " if self.table else ""
        return f"{f'block {self.block}: ' if self.block else ''}{row}{self.kind}"


@dataclass
class Verdict:
    blocks: int = 0
    rows: int = 0
    erased: int = 0
    head: str = ""
    broken: int = 0
    # The first of each look; `broken` counts all.
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.broken

    def found(self, faults: list[Fault], count: int | None = None) -> None:
        self.broken += len(faults) if count is None else count
        self.faults += faults[: max(0, NAMED - len(self.faults))]


def verify(*, at: datetime) -> Verdict:
    """Read everything that was sealed; what is sealed meanwhile is not looked at."""
    verdict = Verdict()
    head = Block.objects.order_by("-number").first()
    reach = reach_now()
    shapes = {one.pk: one for one in Shape.objects.select_related("watched")}
    previous = Link()
    while head and (
        batch := list(
            Block.objects.filter(number__gt=previous.number, number__lte=head.number).order_by("number")[:BATCH]
        )
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            steady(cursor)
            check_chain(cursor, batch, previous, verdict)
            check_rows(cursor, batch, shapes, verdict, at=at)
        newest = batch[-1]
        previous = Link(newest.number, newest.last, bytes(newest.hash))
    check_past_the_chain(previous, reach, verdict)
    with transaction.atomic(), connection.cursor() as cursor:
        for one in reach:
            check_slipped_in(cursor, one, verdict)
    verdict.head = previous.hash.hex() if previous.number else ""
    verdict.faults.sort()
    return verdict


@dataclass(frozen=True)
class Link:
    """The end of the chain so far."""

    number: int = 0
    last: int = 0
    hash: bytes = GENESIS


@dataclass(frozen=True)
class Reach:
    """How far a table is sealed, and which ids are still waited for."""

    watched: int
    label: str
    top: int
    gaps: tuple[tuple[int, int], ...]
    entries: int


def reach_now() -> list[Reach]:
    """In one statement, so that tops and gaps are of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT w.id, w.label, w.top, (SELECT coalesce(max(id), 0) FROM audit_entry),
                      coalesce((SELECT array_agg(ARRAY[g.after, g.through]) FROM audit_gap g WHERE g.watched_id = w.id),
                               '{}'::bigint[])
               FROM audit_watched w ORDER BY w.label"""
        )
        return [
            Reach(pk, label, top, tuple((one, other) for one, other in gaps), entries)
            for pk, label, top, entries, gaps in cursor.fetchall()
        ]


def check_chain(cursor: Any, batch: list[Block], previous: Link, verdict: Verdict) -> None:
    """Each block stands on the one before, without a gap, and is what its hash says."""
    faults = set()
    for block in batch:
        follows = block.number == previous.number + 1 and block.first == previous.last + 1
        if not follows or bytes(block.previous) != previous.hash:
            faults.add(Fault(block.number, Kind.CHAIN))
        previous = Link(block.number, block.last, bytes(block.hash))
        verdict.blocks += 1
    cursor.execute(
        f"""SELECT b.number FROM audit_block b LEFT JOIN audit_entry e ON e.id BETWEEN b.first AND b.last
            WHERE b.number BETWEEN %s AND %s
            GROUP BY b.number HAVING b.hash <> {BLOCK} OR count(e.id) <> b.last - b.first + 1""",  # noqa: S608
        [batch[0].number, batch[-1].number],
    )
    faults |= {Fault(number, Kind.BLOCK) for (number,) in cursor.fetchall()}
    verdict.found(sorted(faults))


def check_rows(cursor: Any, batch: list[Block], shapes: Mapping[int, Shape], verdict: Verdict, *, at: datetime) -> None:
    first, last = batch[0].first, batch[-1].last
    cursor.execute("SELECT DISTINCT shape, watched FROM audit_entry WHERE id BETWEEN %s AND %s", [first, last])
    for shape_id, watched in cursor.fetchall():
        shape = shapes.get(shape_id)
        table = sealed_tables().get(shape.watched.label) if shape and shape.watched_id == watched else None
        if shape is None or table is None or not is_there(table, shape):
            kind = Kind.TABLE if table is None else Kind.UNREADABLE
            verdict.found([Fault(batch[0].number, kind, shape.watched.label if shape else "")])
            continue
        check_shape(cursor, table, shape, (first, last), verdict, at=at)


def is_there(table: Table, shape: Shape) -> bool:
    """Whether every column that was sealed still is one."""
    return {one.column for one in table.model._meta.concrete_fields}.issuperset(shape.columns)  # noqa: SLF001


# A row whose time was over may have gone by itself; nobody may then have emptied another's salt.
ROWS = """
WITH forgotten AS MATERIALIZED (
    SELECT DISTINCT unnest(f.subject_ids) AS "row" FROM journal_event f
    WHERE f.kind = {fact} AND f.details->>'table' = {label}
)
SELECT count(*),
       count(*) FILTER (WHERE e.salt IS NULL),
       count(*) FILTER (WHERE {wrong}),
       (array_agg(ARRAY[(SELECT b.number FROM audit_block b WHERE e.id BETWEEN b.first AND b.last LIMIT 1),
                        e.row, CASE WHEN e.salt IS NULL THEN 2 WHEN t.{key} IS NULL THEN 1 ELSE 0 END])
        FILTER (WHERE {wrong}))[1:{named}]
FROM audit_entry e LEFT JOIN {name} t ON t.{key} = e.row {source}
LEFT JOIN forgotten ON e.salt IS NULL AND forgotten."row" = e."row"
WHERE e.shape = {shape} AND e.id BETWEEN {first} AND {last}
"""
WRONG = """
CASE WHEN e.salt IS NULL THEN forgotten."row" IS NULL
     WHEN t.{key} IS NULL THEN {stays}
     ELSE {digest} <> e.digest END
"""
KINDS = (Kind.ALTERED, Kind.REMOVED, Kind.SALT)


def check_shape(
    cursor: Any, table: Table, shape: Shape, span: tuple[int, int], verdict: Verdict, *, at: datetime
) -> None:
    names = {
        "key": sql.Identifier(table.key),
        "name": sql.Identifier(table.name),
        "source": source(table),
        "shape": shape.pk,
        "first": span[0],
        "last": span[1],
        "named": NAMED,
        "fact": Fact.ROWS_FORGOTTEN.value,
        "label": table.label,
    }
    stays = sql.SQL("TRUE") if table.kept is None else sql.SQL("e.at > {}").format(at - table.kept)
    wrong = sql.SQL(WRONG).format(
        key=names["key"],
        stays=stays,
        digest=digest(table, shape.columns, sql.SQL("e.salt")),
    )
    cursor.execute(sql.SQL(ROWS).format(wrong=wrong, **names))
    rows, erased, broken, told = cursor.fetchone()
    verdict.rows += rows
    verdict.erased += erased
    faults = [Fault(block or 0, KINDS[kind], table.label, row) for block, row, kind in told or ()]
    verdict.found(faults, broken)


def check_past_the_chain(end: Link, reach: list[Reach], verdict: Verdict) -> None:
    """Entries without a block were left when a block was taken away."""
    entries = reach[0].entries if reach else 0
    if entries > end.last and not Block.objects.filter(last__gte=entries).exists():
        verdict.found([Fault(end.number + 1, Kind.CHAIN)])


def check_slipped_in(cursor: Any, one: Reach, verdict: Verdict) -> None:
    """A row among those that are sealed, which is not."""
    table = sealed_tables().get(one.label)
    if table is None:
        return
    waited = [
        sql.SQL("NOT (t.{key} > {after} AND t.{key} <= {through})").format(
            key=sql.Identifier(table.key), after=after, through=through
        )
        for after, through in one.gaps
    ]
    cursor.execute(
        sql.SQL(
            """SELECT t.{key}, count(*) OVER () FROM {name} t WHERE t.{key} <= {top} AND {waited} AND NOT EXISTS
               (SELECT FROM audit_entry e WHERE e.watched = {watched} AND e.row = t.{key}) ORDER BY 1 LIMIT {named}"""
        ).format(
            key=sql.Identifier(table.key),
            name=sql.Identifier(table.name),
            top=one.top,
            waited=sql.SQL(" AND ").join([sql.SQL("TRUE"), *waited]),
            watched=one.watched,
            named=NAMED,
        )
    )
    found = cursor.fetchall()
    verdict.found([Fault(0, Kind.INSERTED, one.label, row) for row, _count in found], found[0][1] if found else 0)
