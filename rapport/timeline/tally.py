"""Running tallies: how often, how much and when last, in the transaction that wrote the interactions."""

from collections.abc import Sequence

from django.db import connection

from rapport.lib.copying import as_array


def add_to_tallies(interaction_ids: Sequence[int]) -> None:
    """Count interactions that were just written. In order of members: two writers never wait in a circle."""
    with connection.cursor() as cursor:
        ids = as_array(interaction_ids)
        cursor.execute(ADD, [ids, ids])


def add_seats(participation_ids: Sequence[int]) -> None:
    """Count participations that were added to interactions which their members had no part in before."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_SEATS, [as_array(participation_ids)])


def recount(member_ids: Sequence[int]) -> None:
    """Count these members from scratch, after a correction or an assignment."""
    members = sorted(set(member_ids))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM timeline_tally WHERE member_id = ANY(%s)", [members])
        cursor.execute("DELETE FROM timeline_spend WHERE member_id = ANY(%s)", [members])
        cursor.execute(RECOUNT, [members])
        cursor.execute(RECONTACT, [members, members])


SEEN = """
WITH seen AS MATERIALIZED (
    SELECT p.member_id, p.main, i.id, i.channel, i.direction, i.at, i.amount, i.currency
    FROM timeline_participation p JOIN timeline_interaction i ON i.id = p.interaction_id
    WHERE {which} AND p.member_id IS NOT NULL
)
"""
COUNT = """
INSERT INTO timeline_tally AS t (member_id, channel, direction, count, first_at, last_at, last_interaction_id)
SELECT member_id, channel, direction, count(*), min(at), max(at), (array_agg(id ORDER BY at DESC, id DESC))[1]
FROM (SELECT DISTINCT member_id, channel, direction, at, id FROM seen) AS counted
GROUP BY member_id, channel, direction ORDER BY member_id, channel, direction
ON CONFLICT (member_id, channel, direction) DO UPDATE SET
    count = t.count + excluded.count,
    first_at = least(t.first_at, excluded.first_at),
    last_at = greatest(t.last_at, excluded.last_at),
    last_interaction_id = CASE WHEN (excluded.last_at, excluded.last_interaction_id) > (t.last_at, t.last_interaction_id)
                          THEN excluded.last_interaction_id ELSE t.last_interaction_id END
"""
SPEND = """
INSERT INTO timeline_spend AS s (member_id, currency, total, count)
SELECT member_id, currency, sum(amount), count(*) FROM seen WHERE main AND amount IS NOT NULL
GROUP BY member_id, currency ORDER BY member_id, currency
ON CONFLICT (member_id, currency) DO UPDATE SET total = s.total + excluded.total, count = s.count + excluded.count
"""
RECOUNT = f"{SEEN.format(which='p.member_id = ANY(%s)')}, counted AS ({COUNT}) {SPEND}"
# The interactions are read once for all that is kept of them. Customers are locked in their order before anything of
# theirs changes.
ADDED = f"""
counted AS ({COUNT}),
spent AS ({SPEND}),
newest AS MATERIALIZED (
    SELECT member_id AS id, max(at) AS at FROM seen WHERE direction <> 'internal' GROUP BY member_id
), later AS MATERIALIZED (
    SELECT m.id, m.customer_id, newest.at FROM newest JOIN customers_member m USING (id)
    WHERE m.last_contact_at IS NULL OR m.last_contact_at < newest.at
), locked AS MATERIALIZED (
    SELECT c.id FROM customers_customer c WHERE c.id IN (SELECT customer_id FROM later)
    ORDER BY c.id FOR NO KEY UPDATE
), of_members AS (
    UPDATE customers_member m SET last_contact_at = later.at FROM later, locked
    WHERE m.id = later.id AND m.customer_id = locked.id
      AND (m.last_contact_at IS NULL OR m.last_contact_at < later.at)
    RETURNING m.customer_id, later.at
), of_customers AS (
    SELECT customer_id AS id, max(at) AS at FROM of_members GROUP BY customer_id
)
UPDATE customers_customer c SET last_contact_at = of_customers.at
FROM of_customers WHERE c.id = of_customers.id AND (c.last_contact_at IS NULL OR c.last_contact_at < of_customers.at)
"""  # noqa: S608
# Said of both tables: each is then read in one go, and not the second row by row.
WRITTEN = "p.interaction_id = ANY(%s::bigint[]) AND i.id = ANY(%s::bigint[])"
ADD = f"{SEEN.format(which=WRITTEN)}, {ADDED}"
ADD_SEATS = f"{SEEN.format(which='p.id = ANY(%s::bigint[])')}, {ADDED}"
RECONTACT = """
WITH newest AS (
    SELECT m.id, max(t.last_at) FILTER (WHERE t.direction <> 'internal') AS at
    FROM customers_member m LEFT JOIN timeline_tally t ON t.member_id = m.id
    WHERE m.id = ANY(%s) GROUP BY m.id
), of_members AS (
    UPDATE customers_member m SET last_contact_at = newest.at FROM newest WHERE m.id = newest.id
    RETURNING m.customer_id, newest.at
), of_customers AS (
    SELECT id, max(at) AS at FROM (
        SELECT customer_id AS id, at FROM of_members
        UNION ALL
        SELECT rest.customer_id, rest.last_contact_at FROM customers_member rest
        WHERE rest.customer_id IN (SELECT customer_id FROM of_members) AND rest.id <> ALL(%s)
    ) every GROUP BY id
)
UPDATE customers_customer c SET last_contact_at = of_customers.at FROM of_customers WHERE c.id = of_customers.id
"""
