"""Forget what rows said: their salts go, their digests stay, and the trail says how many were forgotten and why."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models, transaction
from django.utils import timezone

from rapport.audit.models import Watched
from rapport.audit.seal import LOCK
from rapport.audit.tables import sealed_tables
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array
from rapport.people.models import User


@transaction.atomic
def forget(
    model: type[models.Model], ids: Iterable[int], *, by: User | None, why: str, at: datetime | None = None
) -> int:
    """Let the rows ``ids`` of the sealed table of ``model`` be deleted or blanked without breaking the chain.

    Call it in the transaction in which you delete or blank them, before or after; ``ids`` are primary keys (`pgh_id` of
    a history table: `CustomerEvent`, not `Customer`). It deletes the salt of each entry, so that the digest that stays
    in the chain tells nothing about the value, and records `Fact.ROWS_FORGOTTEN` with the ids, the table and ``why``,
    which is sealed like every fact: say no personal data in ``why``. A check then counts those rows as erased; a salt
    that went in any other way counts as broken. Nothing is sealed until your transaction ends, so that a row that was
    not sealed yet is sealed as you leave it, or not at all. Tables that are not sealed (`is_sealed`) need no call, and
    it does nothing for them.

    To blank or delete rows of append-only tables, lift their triggers by `pgtrigger.ignore()`.
    How many of the rows had been sealed.
    """
    table = sealed_tables().get(model._meta.label)  # noqa: SLF001
    wanted = sorted(set(ids))
    if table is None or not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            """UPDATE audit_entry SET salt = NULL FROM audit_watched w
               WHERE w.label = %s AND audit_entry.watched = w.id AND audit_entry.row = ANY(%s::bigint[])
                     AND audit_entry.salt IS NOT NULL
               RETURNING audit_entry.row""",
            [table.label, as_array(wanted)],
        )
        sealed = [row for (row,) in cursor.fetchall()]
    if sealed:
        record(
            Fact.ROWS_FORGOTTEN, sealed, by=by, at=at or timezone.now(), table=table.label, why=why, rows=len(sealed)
        )
    return len(sealed)


def is_sealed(model: type[models.Model]) -> bool:
    """Whether rows of ``model`` can go or change only by `forget`."""
    return model._meta.label in sealed_tables()  # noqa: SLF001


@transaction.atomic
def let_go(*, at: datetime) -> int:
    """Rows whose time was over and that are gone: their salts go too."""
    forgotten = 0
    for table in sealed_tables().values():
        if table.kept is None:
            continue
        watched = Watched.objects.filter(label=table.label).first()
        if watched is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT e.row FROM audit_entry e WHERE e.watched = %s AND e.at <= %s AND e.salt IS NOT NULL
                    AND NOT EXISTS (SELECT FROM {connection.ops.quote_name(table.name)} t
                                    WHERE t.{connection.ops.quote_name(table.key)} = e.row)""",  # noqa: S608
                [watched.pk, at - table.kept],
            )
            gone = [row for (row,) in cursor.fetchall()]
        forgotten += forget(table.model, gone, by=None, why="kept no longer", at=at)
    return forgotten
