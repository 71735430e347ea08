"""Remember that a user looked at a customer, for the newest few."""

from datetime import datetime

from django.db import connection

from rapport.agenda.models import Recent
from rapport.customers.models import Customer
from rapport.people.models import User


def look_at(customer: Customer, *, by: User, at: datetime) -> None:
    """Put ``customer`` on top of what ``by`` saw last and forget the oldest beyond `Recent.KEPT`."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [by.pk, customer.pk, at, by.pk, customer.pk, Recent.KEPT - 1])


LOOK = """
WITH seen AS (
    INSERT INTO agenda_recent AS r (user_id, customer_id, at) VALUES (%s, %s, %s)
    ON CONFLICT (user_id, customer_id) DO UPDATE SET at = greatest(r.at, excluded.at)
)
DELETE FROM agenda_recent WHERE id IN (
    SELECT id FROM agenda_recent WHERE user_id = %s AND customer_id <> %s ORDER BY at DESC, id DESC OFFSET %s)
"""
