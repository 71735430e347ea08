"""Seal what was committed since: no trigger and no lock on whoever writes, in blocks of thousands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from rapport.audit.digest import BLOCK, GENESIS, digest, source, steady
from rapport.audit.models import Block, Gap, Shape, Watched
from rapport.audit.tables import Table, sealed_tables

# Whoever holds it seals or forgets; nobody else waits for it.
LOCK = 7277690
SIZE = 5_000
# As many blocks at one go; what is left is taken up by the next.
MOST_BLOCKS = 20


@dataclass
class Sealing:
    """The block that is being made: where its entries begin, and how many more fit."""

    first: int
    room: int = SIZE

    @property
    def next(self) -> int:
        return self.first + SIZE - self.room


def seal(*, at: datetime) -> int:
    """Seal what is new; how many rows. Nothing is done when nothing is new, or while somebody else does it."""
    sealed = 0
    for _turn in range(MOST_BLOCKS):
        rows = seal_block(at=at)
        sealed += rows
        if rows < SIZE:
            break
    return sealed


@transaction.atomic
def seal_block(*, at: datetime) -> int:
    with connection.cursor() as cursor:
        watched = watch()
        if not is_news(cursor, watched):
            return 0
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        steady(cursor)
        # Before anything is read: whoever is not among them any more has committed what will be seen.
        alive = running(cursor)
        last = Block.objects.order_by("-number").first()
        sealing = Sealing(last.last + 1 if last else 1)
        tops = dict(Watched.objects.values_list("label", "top"))
        for gap in Gap.objects.select_related("watched").order_by("pk"):
            look_again(cursor, gap, sealing, alive)
        for one in watched:
            one.top = tops[one.label]
            take_new(cursor, one, sealing)
        if sealing.next > sealing.first:
            close(cursor, last, sealing, at=at)
        return SIZE - sealing.room


def watch() -> list[Watched]:
    """The rows about all sealed tables, new ones among them."""
    tables = sealed_tables()
    known = {one.label: one for one in Watched.objects.all()}
    for label in tables.keys() - known.keys():
        known[label], _made = Watched.objects.get_or_create(label=label)
    return [known[label] for label in tables]


def is_news(cursor: Any, watched: Iterable[Watched]) -> bool:
    """Whether there is anything to do: one question, answered from the ends of indexes."""
    tables = sealed_tables()
    ends = [
        sql.SQL("(SELECT max({key}) > {top} FROM {name})").format(
            key=sql.Identifier(tables[one.label].key), top=one.top, name=sql.Identifier(tables[one.label].name)
        )
        for one in watched
    ]
    question = sql.SQL("SELECT EXISTS (SELECT FROM audit_gap), {}").format(sql.SQL(", ").join(ends))
    cursor.execute(question)
    return any(cursor.fetchone())


def running(cursor: Any) -> set[str]:
    """The transactions that run in this database, also those that have not written yet; ours is not among them."""
    cursor.execute(
        """SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a USING (pid)
           WHERE l.locktype = 'virtualxid' AND l.pid <> pg_backend_pid() AND a.datname = current_database()"""
    )
    return {row[0] for row in cursor.fetchall()}


def look_again(cursor: Any, gap: Gap, sealing: Sealing, alive: set[str]) -> None:
    """Ids that were passed over become visible only when one of the transactions ended that ran then."""
    if gap.waiters is not None and alive.issuperset(gap.waiters):
        return
    table = sealed_tables().get(gap.watched.label)
    if table is not None:
        missing = sql.SQL(
            "t.{key} > {after} AND t.{key} <= {through} AND NOT EXISTS"
            " (SELECT FROM audit_entry e WHERE e.watched = {watched} AND e.row = t.{key})"
        )
        among = missing.format(
            key=sql.Identifier(table.key), after=gap.after, through=gap.through, watched=gap.watched_id
        )
        insert(cursor, gap.watched, table, among, sealing)
        if not sealing.room:
            return
    gap.waiters = sorted(alive if gap.waiters is None else alive.intersection(gap.waiters))
    if gap.waiters and table is not None:
        gap.save(update_fields=["waiters"])
    else:
        gap.delete()


def take_new(cursor: Any, watched: Watched, sealing: Sealing) -> None:
    """What came behind the newest sealed row; where ids are missing in between, they are waited for."""
    if not sealing.room:
        return
    table = sealed_tables()[watched.label]
    behind = sql.SQL("t.{} > {}").format(sql.Identifier(table.key), watched.top)
    taken, last = insert(cursor, watched, table, behind, sealing)
    if not taken:
        return
    if taken < last - watched.top:
        Gap.objects.create(watched=watched, after=watched.top, through=last)
    Watched.objects.filter(pk=watched.pk).update(top=last)


def insert(cursor: Any, watched: Watched, table: Table, among: sql.Composable, sealing: Sealing) -> tuple[int, int]:
    """Entries for rows of ``table``, in the order of their ids: how many, and the last id."""
    shape = shape_of(watched, table)
    cursor.execute(
        sql.SQL(
            """
            WITH fresh AS MATERIALIZED (
                SELECT t.*, uuid_send(gen_random_uuid()) AS audit_salt
                FROM {name} t WHERE {among} ORDER BY t.{key} LIMIT {room}
            ), made AS (
                INSERT INTO audit_entry (id, watched, shape, "row", object, kind, at, actor, homes, salt, digest)
                SELECT {next} - 1 + row_number() OVER (ORDER BY t.{key}), {watched}, {shape}, t.{key}, t.{record},
                       {kind}, t.{moment}, {actor}, {homes}, t.audit_salt, {digest}
                FROM fresh t {source}
                RETURNING "row"
            )
            SELECT count(*), max("row") FROM made
            """
        ).format(
            name=sql.Identifier(table.name),
            among=among,
            key=sql.Identifier(table.key),
            room=sealing.room,
            next=sealing.next,
            watched=watched.pk,
            shape=shape,
            record=sql.Identifier(table.record),
            kind=table.kind,
            moment=sql.Identifier(table.moment),
            actor=table.actor,
            homes=table.homes,
            digest=digest(table, table.columns, sql.SQL("t.audit_salt")),
            source=source(table),
        )
    )
    taken, last = cursor.fetchone()
    sealing.room -= taken
    return taken, last or 0


def shape_of(watched: Watched, table: Table) -> int:
    newest = Shape.objects.filter(watched=watched).order_by("-pk").first()
    if newest is None or newest.columns != list(table.columns):
        newest = Shape.objects.create(watched=watched, columns=list(table.columns))
    return newest.pk


def close(cursor: Any, last: Block | None, sealing: Sealing, *, at: datetime) -> None:
    """Chain the entries to the block before."""
    cursor.execute(
        f"""
        INSERT INTO audit_block (number, at, first, last, previous, hash)
        SELECT b.number, b.at, b.first, b.last, b.previous, {BLOCK}
        FROM (VALUES (%s::bigint, %s::timestamptz, %s::bigint, %s::bigint, %s::bytea))
             AS b (number, at, first, last, previous)
        JOIN audit_entry e ON e.id BETWEEN b.first AND b.last
        GROUP BY b.number, b.at, b.first, b.last, b.previous
        """,  # noqa: S608
        [last.number + 1 if last else 1, at, sealing.first, sealing.next - 1, bytes(last.hash) if last else GENESIS],
    )
