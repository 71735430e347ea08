"""Remember that a user looked at a customer, for the newest few, and tell whom they looked at last."""

from datetime import datetime

from django.db import connection

from rapport.agenda.models import Recent
from rapport.customers.models import Customer
from rapport.customers.veil import thin
from rapport.people.models import User


def look_at(customer: Customer, *, by: User, at: datetime) -> None:
    """Put ``customer`` on top of what ``by`` saw last and forget the oldest beyond `Recent.KEPT`."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [by.pk, customer.pk, at, by.pk, customer.pk, Recent.KEPT - 1])


def seen_last(user: User, *, most: int) -> list[Recent]:
    """The customers looked at last, to be shown, as far as they may still be seen and are not merged away."""
    seen = Customer.objects.visible_to(user).living()
    found = Recent.objects.filter(user=user, customer__in=seen).select_related("customer").order_by("-at")[:most]
    for one in found:
        one.customer = thin(one.customer, reader=user)
    return list(found)


LOOK = """
WITH seen AS (
    INSERT INTO agenda_recent AS r (user_id, customer_id, at) VALUES (%s, %s, %s)
    ON CONFLICT (user_id, customer_id) DO UPDATE SET at = greatest(r.at, excluded.at)
)
DELETE FROM agenda_recent WHERE id IN (
    SELECT id FROM agenda_recent WHERE user_id = %s AND customer_id <> %s ORDER BY at DESC, id DESC OFFSET %s)
"""
