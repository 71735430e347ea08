"""Put customers into the scope that follows from their owner and team, when what an owner sees has changed."""

from collections.abc import Sequence

from django.db import connection

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array
from rapport.people.models import User

SCOPES = """
INSERT INTO people_scope (team_id, person_id)
SELECT DISTINCT team_id, owner_id FROM customers_customer
WHERE owner_id = ANY(%s::bigint[]) AND team_id IS NOT NULL ON CONFLICT DO NOTHING
"""
MOVE = """
UPDATE customers_customer customer SET scope_id = scope.id FROM people_scope scope
WHERE customer.owner_id = ANY(%(owners)s::bigint[]) AND scope.team_id = customer.team_id
  AND scope.person_id IS NOT DISTINCT FROM
      CASE WHEN customer.owner_id = ANY(%(alone)s::bigint[]) THEN customer.owner_id END
  AND customer.scope_id <> scope.id
RETURNING customer.id
"""


def rescope(owner_ids: Sequence[int]) -> None:
    """Two statements, however many customers these people own."""
    alone = User.objects.filter(User.who_see_own_only(), pk__in=owner_ids).values_list("pk", flat=True)
    given = {"owners": as_array(owner_ids), "alone": as_array(list(alone))}
    with connection.cursor() as cursor:
        cursor.execute(SCOPES, [given["alone"]])
        cursor.execute(MOVE, given)
        moved = [row[0] for row in cursor.fetchall()]
    if moved:
        record(Fact.CUSTOMERS_CHANGED, moved, by=None)
