"""Say which customers have gone silent: once in touch regularly, and now not heard from for far longer than usual."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import ngettext

from rapport.customers.models import Customer

SILENT = "silent"
# Who came to us at least so often has a habit that can be broken.
REGULAR = 6
# Silent for this many times the usual gap, and never sooner than the days below.
TIMES = 3
AT_LEAST = timedelta(days=90)
BATCH = 5_000
EVIDENCE = re.compile(r"used to be in touch every (\d+) days")


def publish(customer_ids: Sequence[int], *, at: datetime) -> None:
    """Open and close the condition *silent* of these customers, as it is ``at`` that moment; harmless when repeated.

    Only what comes from the customer counts, on any channel. The silence begins with their last word and ends with
    the next.
    """
    values: dict[str, Any] = {
        "ids": sorted(set(customer_ids)),
        "at": at,
        "name": SILENT,
        "regular": REGULAR,
        "times": TIMES,
        "least": AT_LEAST,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CONCERNED, values)
        # Of thousands whom we heard from hardly anybody was or is silent; the others are left alone.
        values["ids"] = sorted({row[0] for row in cursor.fetchall()})
        if not values["ids"]:
            return
        cursor.execute(LOCK, values)
        cursor.execute(CLOSE, values)
        cursor.execute(OPEN, values)


def publish_all(*, at: datetime) -> None:
    """The same for everybody, in batches that each stand for themselves."""
    last = 0
    while ids := list(Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        publish(ids, at=at)
        last = ids[-1]


def in_words(evidence: str) -> str:
    """The evidence as it was published, in the reader's language."""
    told = EVIDENCE.fullmatch(evidence)
    if told is None:
        return evidence
    days = int(told[1])
    return ngettext("used to be in touch every day", "used to be in touch every %(days)d days", days) % {"days": days}


SILENCE = """
WITH heard AS (
    SELECT m.customer_id, sum(t.count) AS times, min(t.first_at) AS first_at, max(t.last_at) AS last_at
    FROM customers_member m JOIN timeline_tally t ON t.member_id = m.id
    WHERE m.customer_id = ANY(%(ids)s) AND t.direction = 'inbound'
    GROUP BY m.customer_id
), silent AS (
    SELECT customer_id, last_at, (last_at - first_at) / (times - 1)::float AS gap FROM heard
    WHERE times >= %(regular)s
    AND %(at)s - last_at > greatest((last_at - first_at) / (times - 1)::float * %(times)s, %(least)s)
)
"""
CONCERNED = (
    SILENCE
    + """
SELECT customer_id FROM silent
UNION ALL
SELECT customer_id FROM customers_condition WHERE customer_id = ANY(%(ids)s) AND name = %(name)s AND until IS NULL
"""
)
LOCK = "SELECT id FROM customers_customer WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
CLOSE = (
    SILENCE
    + """
UPDATE customers_condition c SET until = coalesce(heard.last_at, %(at)s)
FROM unnest(%(ids)s::bigint[]) AS asked(id) LEFT JOIN heard ON heard.customer_id = asked.id
WHERE c.customer_id = asked.id AND c.name = %(name)s AND c.until IS NULL
AND NOT EXISTS (SELECT FROM silent WHERE silent.customer_id = c.customer_id AND silent.last_at = c.since)
"""
)
OPEN = (
    SILENCE
    + """
INSERT INTO customers_condition (customer_id, name, since, evidence)
SELECT customer_id, %(name)s, last_at,
    'used to be in touch every ' || greatest(1, round(extract(epoch FROM gap) / 86400)) || ' days'
FROM silent ORDER BY customer_id
ON CONFLICT (customer_id, name) WHERE until IS NULL DO NOTHING
"""
)
