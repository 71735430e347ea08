"""Let possible duplicates follow their customers into another scope."""

from collections.abc import Sequence

from django.db import connection

from rapport.lib.copying import as_array
from rapport.people.models import Scope

FOLLOW = """
UPDATE identity_pair pair
SET scope_id = CASE WHEN first.scope_id <> %(everyone)s THEN first.scope_id ELSE second.scope_id END
FROM customers_member one, customers_customer first, customers_member other, customers_customer second
WHERE pair.state = 'open' AND one.id = pair.one_id AND first.id = one.customer_id
  AND other.id = pair.other_id AND second.id = other.customer_id
  AND (pair.one_id = ANY(%(members)s::bigint[]) OR pair.other_id = ANY(%(members)s::bigint[]))
"""
MEMBERS = "SELECT id FROM customers_member WHERE customer_id = ANY(%s::bigint[])"


def pairs_follow(customer_ids: Sequence[int]) -> None:
    """Two statements; the queue of whoever sees both then finds them again."""
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [as_array(customer_ids)])
        members = [row[0] for row in cursor.fetchall()]
        cursor.execute(FOLLOW, {"everyone": Scope.EVERYONE, "members": as_array(members)})
