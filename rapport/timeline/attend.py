"""Say of many interactions at once who else took part; who sits there already is not seated twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array, as_json
from rapport.people.models import User
from rapport.timeline.tally import add_seats

Seat = tuple[int, int]


@transaction.atomic
def attend(seats: Sequence[Seat], *, by: User | None, at: datetime) -> dict[Seat, int]:
    """Seat each (interaction, member) that has no seat yet; the participations written, by seat.

    An interaction of nobody is then about the first who is seated.
    """
    wanted = list(dict.fromkeys(seats))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        ids = sorted({interaction_id for interaction_id, _member_id in wanted})
        cursor.execute(
            "SELECT id FROM timeline_interaction WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", [as_array(ids)]
        )
        cursor.execute(SEAT, [as_json(wanted)])
        written = {(interaction_id, member_id): pk for pk, interaction_id, member_id in cursor.fetchall()}
        changed = sorted({interaction_id for interaction_id, _member_id in written})
        cursor.execute(TAKEN, [as_array(changed)])
    add_seats(list(written.values()))
    if changed:
        record(Fact.INTERACTIONS_ASSIGNED, changed, by=by, at=at)
    return written


@transaction.atomic
def leave(participation_ids: Iterable[int]) -> set[int]:
    """Take these seats back; the members whose they were. To count them anew is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM timeline_participation WHERE id = ANY(%s::bigint[]) RETURNING interaction_id, member_id",
            [as_array(participation_ids)],
        )
        gone = cursor.fetchall()
        interactions = {interaction_id for interaction_id, _member_id in gone}
        cursor.execute(FREE, [as_array(interactions)])
    return {member_id for _interaction_id, member_id in gone if member_id}


SEAT = """
WITH asked AS (
    SELECT DISTINCT ON (i.id, m.customer_id) i.id AS interaction_id, m.id AS member_id, i.at, i.unassigned, a.place
    FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS a(pair, place)
    JOIN timeline_interaction i ON i.id = (a.pair->>0)::bigint
    JOIN customers_member m ON m.id = (a.pair->>1)::bigint
    WHERE NOT EXISTS (
        SELECT FROM timeline_participation p JOIN customers_member o ON o.id = p.member_id
        WHERE p.interaction_id = i.id AND o.customer_id = m.customer_id)
    ORDER BY i.id, m.customer_id, a.place
), ranked AS (SELECT *, row_number() OVER (PARTITION BY interaction_id ORDER BY place) AS rank FROM asked)
INSERT INTO timeline_participation (interaction_id, member_id, role, main, clue_kind, clue_value, at)
SELECT interaction_id, member_id, 'customer', unassigned AND rank = 1, '', '', at FROM ranked
ORDER BY interaction_id, place
RETURNING id, interaction_id, member_id
"""
TAKEN = "UPDATE timeline_interaction SET unassigned = false WHERE id = ANY(%s::bigint[]) AND unassigned"
FREE = """
UPDATE timeline_interaction i SET unassigned = true WHERE id = ANY(%s::bigint[]) AND NOT unassigned
AND NOT EXISTS (SELECT FROM timeline_participation p WHERE p.interaction_id = i.id AND p.main)
"""
