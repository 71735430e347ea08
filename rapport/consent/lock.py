"""Locks on addresses: many may send to one at once, nobody while its owner objects."""

from collections.abc import Iterable

from django.db import connection

SHARED, ALONE = "pg_advisory_xact_lock_shared", "pg_advisory_xact_lock"


def hold(keys: Iterable[str], lock: str) -> None:
    """Until the end of the transaction; in one order, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        for key in sorted(set(keys)):
            cursor.execute(f"SELECT {lock}(hashtextextended(%s, 7))", [f"consent:{key}"])
