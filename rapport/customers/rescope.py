"""Put customers into the scope that follows from their owner, team and territory, when what these mean has changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from rapport.customers.compute import RULES, Places
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array, as_json
from rapport.people.models import User

SCOPES = """
INSERT INTO people_scope (team_id, person_id, territory_id)
SELECT DISTINCT customer.team_id, customer.owner_id, scope.territory_id
FROM customers_customer customer JOIN people_scope scope ON scope.id = customer.scope_id
WHERE customer.owner_id = ANY(%s::bigint[]) AND (customer.team_id IS NOT NULL OR scope.territory_id IS NOT NULL)
ON CONFLICT DO NOTHING
"""
MOVE = """
UPDATE customers_customer customer SET scope_id = scope.id FROM people_scope before, people_scope scope
WHERE customer.owner_id = ANY(%(owners)s::bigint[]) AND before.id = customer.scope_id
  AND scope.team_id IS NOT DISTINCT FROM customer.team_id
  AND scope.territory_id IS NOT DISTINCT FROM before.territory_id
  AND scope.person_id IS NOT DISTINCT FROM
      CASE WHEN customer.owner_id = ANY(%(alone)s::bigint[]) THEN customer.owner_id END
  AND customer.scope_id <> scope.id
RETURNING customer.id
"""
PLACE = """
UPDATE customers_customer customer SET scope_id = given.scope
FROM jsonb_to_recordset(%s::jsonb) AS given(id bigint, scope bigint) WHERE customer.id = given.id
"""


def rescope(owner_ids: Sequence[int]) -> None:
    """Two statements, however many customers these people own."""
    alone = User.objects.filter(User.who_see_no_team(), pk__in=owner_ids).values_list("pk", flat=True)
    given = {"owners": as_array(owner_ids), "alone": as_array(list(alone))}
    with connection.cursor() as cursor:
        cursor.execute(SCOPES, [given["alone"]])
        cursor.execute(MOVE, given)
        moved = [row[0] for row in cursor.fetchall()]
    if moved:
        record(Fact.CUSTOMERS_CHANGED, moved, by=None)


def wait_for_writers() -> None:
    """Until all is committed that was written by the rules as they were; for the rest of the transaction nobody writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RULES])


def place_anew(after: int, upto: int, *, size: int) -> tuple[int | None, list[int]]:
    """Put the next customers by id where the rules of today say: the last one looked at, and those that moved."""
    places = Places.now()
    rows = Customer.objects.filter(pk__gt=after, pk__lte=upto).select_for_update(no_key=True).order_by("pk")
    batch = list(rows.values_list(*COLUMNS)[:size])
    moves = list(misplaced(batch, places))
    if moves:
        with connection.cursor() as cursor:
            cursor.execute(PLACE, [as_json([{"id": pk, "scope": scope} for pk, scope in moves])])
    return (batch[-1][0] if batch else None), [pk for pk, _scope in moves]


Row = tuple[int, int, int | None, int | None, str, str, str, dict[str, Any]]
COLUMNS = ("pk", "scope_id", "owner_id", "team_id", "country", "postcode", "city", "extra")


def misplaced(batch: Sequence[Row], places: Places) -> Iterator[tuple[int, int]]:
    for pk, scope, owner, team, country, postcode, city, extra in batch:
        territory = places.atlas.of({"country": country, "postcode": postcode, "city": city}, extra)
        right = places.scope_of(owner, team, territory)
        if right != scope:
            yield pk, right
