"""Say which records lived together at a past moment, from the merges that held then."""

from datetime import datetime

from django.db import connection

HELD = "m.at <= %(at)s AND (m.undone_at IS NULL OR m.undone_at > %(at)s)"
UP = f"""WITH RECURSIVE way AS (
    SELECT %(id)s::bigint AS id
    UNION SELECT m.survivor_id FROM identity_merge m JOIN way ON m.absorbed_id = way.id WHERE {HELD}
) SELECT id FROM way WHERE NOT EXISTS (SELECT FROM identity_merge m WHERE m.absorbed_id = way.id AND {HELD})"""  # noqa: S608
DOWN = f"""WITH RECURSIVE under AS (
    SELECT %(id)s::bigint AS id
    UNION SELECT m.absorbed_id FROM identity_merge m JOIN under ON m.survivor_id = under.id WHERE {HELD}
) SELECT id FROM under"""  # noqa: S608


def survivor_then(customer_id: int, *, at: datetime) -> int:
    """Where the record with this id lived at ``at``."""
    return asked(UP, customer_id, at)[0]


def together_then(customer_id: int, *, at: datetime) -> list[int]:
    """The ids of the records that were this customer at ``at``, its own among them."""
    return asked(DOWN, customer_id, at)


def asked(sql: str, customer_id: int, at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": customer_id, "at": at})
        return [int(row[0]) for row in cursor.fetchall()]
