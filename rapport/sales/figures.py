"""Compute what customers spend and how often they order, for everybody who reads figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from rapport.customers.models import Customer

SPEND, ORDERS, GAP = "spend 12 months", "orders 12 months", "days between orders"
BATCH = 5_000


def refresh(customer_ids: Sequence[int], *, at: datetime) -> None:
    """Write the figures of these customers as they are ``at`` that moment; what no longer holds is taken away."""
    ids = sorted(set(customer_ids))
    values: dict[str, Any] = {
        "ids": ids,
        "at": at,
        "spend": SPEND,
        "orders": ORDERS,
        "gap": GAP,
        "names": [SPEND, ORDERS, GAP],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(WRITE, values)


def refresh_all(*, at: datetime) -> None:
    """The same for everybody, in batches that each stand for themselves."""
    last = 0
    while ids := list(Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        refresh(ids, at=at)
        last = ids[-1]


# A cancellation lowers what was spent and is no order of its own.
WRITE = """
WITH theirs AS (
    SELECT m.customer_id, o.total, o.currency, o.ordered_at,
        o.ordered_at > %(at)s - interval '12 months' AND o.ordered_at <= %(at)s AS lately
    FROM customers_member m JOIN sales_order o ON o.member_id = m.id
    WHERE m.customer_id = ANY(%(ids)s)
), given AS (
    SELECT customer_id, %(spend)s AS name, sum(total) AS value, currency AS unit
    FROM theirs WHERE lately GROUP BY customer_id, currency
    UNION ALL
    SELECT customer_id, %(orders)s, count(*), '' FROM theirs WHERE lately AND total >= 0 GROUP BY customer_id
    UNION ALL
    SELECT customer_id, %(gap)s,
        (extract(epoch FROM max(ordered_at) - min(ordered_at)) / 86400 / (count(*) - 1))::numeric(18, 1), 'days'
    FROM theirs WHERE total >= 0 GROUP BY customer_id HAVING count(*) > 1
), gone AS (
    DELETE FROM customers_figure f
    WHERE f.customer_id = ANY(%(ids)s) AND f.name = ANY(%(names)s) AND NOT EXISTS (
        SELECT FROM given g WHERE (g.customer_id, g.name, g.unit) = (f.customer_id, f.name, f.unit))
)
INSERT INTO customers_figure (customer_id, name, value, unit, computed_at)
SELECT customer_id, name, value, unit, %(at)s FROM given ORDER BY customer_id, name, unit
ON CONFLICT (customer_id, name, unit) DO UPDATE SET value = excluded.value, computed_at = excluded.computed_at
"""
