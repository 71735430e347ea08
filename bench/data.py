"""A database of any size, written by SQL: the same shape as the verbs write, without waiting for them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from rapport.customers.naming import index_names
from rapport.lib.copying import copy_rows
from rapport.lib.names import fold_key, sort_key
from rapport.people.add_team import add_team
from rapport.people.models import Scope

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEAMS = 100
BUSY = 10_000
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvz"


def word(dice: random.Random, syllables: int) -> str:
    return "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(syllables)).capitalize()


def names(count: int, seed: int = 1) -> Iterator[str]:
    """``count`` names of people; words repeat about as often as real ones."""
    dice = random.Random(seed)
    first = [word(dice, dice.randint(2, 3)) for _ in range(1_500)]
    last = [word(dice, dice.randint(2, 4)) for _ in range(max(2_000, count // 30))]
    for _ in range(count):
        # Squared, so that few names are frequent and most are rare.
        yield f"{first[int(len(first) * dice.random() ** 2)]} {last[int(len(last) * dice.random() ** 2)]}"


def fill(customers: int, interactions: int) -> None:
    """Write ``customers`` in 100 teams (1 % each) and ``interactions``, one customer having 10,000 of them."""
    for number in range(TEAMS):
        add_team(f"Team {number:03}")
    scopes = list(Scope.objects.exclude(team=None).order_by("pk").values_list("pk", "team_id"))
    called = list(names(customers))
    with connection.cursor() as cursor:
        copy_rows(
            cursor,
            "customers_customer",
            (
                *("id", "kind", "name", "first_name", "last_name", "street", "postcode", "city", "region", "country"),
                *("language", "time_zone", "website", "tags", "team_id", "scope_id", "lineage", "sort_key", "fold_key"),
                "created_at",
            ),
            (
                (
                    *(pk, "person", name, *name.split(" "), "", "", CITIES[pk % len(CITIES)], "", "PT"),
                    *(
                        "pt",
                        "",
                        "",
                        ["vip"] if pk % 50 == 0 else [],
                        scopes[pk % TEAMS][1],
                        scopes[pk % TEAMS][0],
                        "{}",
                    ),
                    *(sort_key(name), fold_key(name), NOW - timedelta(minutes=pk)),
                )
                for pk, name in enumerate(called, 1)
            ),
        )
        for statement in PEOPLE:
            cursor.execute(statement, {"now": NOW})
    for start in range(0, customers, 50_000):
        index_names(enumerate(called[start : start + 50_000], start + 1), fresh=True)
    with connection.cursor() as cursor:
        for start in range(0, interactions, 500_000):
            some = {"first": start + 1, "last": min(start + 500_000, interactions), "customers": customers, "now": NOW}
            for statement in CONTACTS:
                cursor.execute(statement, {**some, "busy": BUSY})
        for statement in TALLIES:
            cursor.execute(statement)
        for table in SEQUENCES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("VACUUM ANALYZE")


CITIES = ("Lisboa", "Porto", "Madrid", "Berlin", "Wien", "London", "Paris", "Roma", "Dublin", "Oslo")
PEOPLE = (
    """INSERT INTO customers_member (id, customer_id, home_id, created_at)
       SELECT id, id, id, created_at FROM customers_customer""",
    """INSERT INTO customers_identifier (member_id, kind, namespace, key, value, strength, label, created_at)
       SELECT id, 'email', '', mail, mail, 'strong', '', created_at
       FROM (SELECT *, replace(fold_key, ' ', '.') || id || '@firm' || id %% 977 || '.example' AS mail
             FROM customers_customer) named""",
    """INSERT INTO customers_identifier (member_id, kind, namespace, key, value, strength, label, created_at)
       SELECT id, 'phone', '', '+3519' || lpad(id::text, 8, '0'), '+351 9' || lpad(id::text, 8, '0'), 'strong', '',
              created_at
       FROM customers_customer""",
    """INSERT INTO customers_sourcerecord
           (member_id, source, external_id, claims, said_at, raw, guess, first_seen_at, seen_at)
       SELECT id, 'bench', id::text, jsonb_build_object('name', name, 'city', city), '{}', '{}', false, created_at,
              created_at
       FROM customers_customer""",
)
CONTACTS = (
    """INSERT INTO timeline_interaction (id, channel, direction, kind, at, received_at, source, subject, text, currency,
                                         amount, touchpoint, data, version, unassigned)
       SELECT n, (ARRAY['email', 'phone', 'web', 'store', 'chat'])[1 + n %% 5],
              (ARRAY['inbound', 'outbound'])[1 + n %% 2], 'message', %(now)s - n * interval '37 seconds', %(now)s,
              'bench', 'About order ' || n, 'Thank you for the message about order ' || n || ', we look into it.',
              CASE WHEN n %% 5 = 3 THEN 'EUR' ELSE '' END, CASE WHEN n %% 5 = 3 THEN n %% 400 END, '', '{}', 1, false
       FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n""",
    """INSERT INTO timeline_participation (interaction_id, member_id, role, main, clue_kind, clue_value, at)
       SELECT n, CASE WHEN n <= %(busy)s THEN 1 ELSE 1 + (n * 7919) %% %(customers)s END, 'customer', true, 'email',
              'c@firm.example', %(now)s - n * interval '37 seconds'
       FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n""",
    """INSERT INTO timeline_receipt (interaction_id, source, external_id, content)
       SELECT n, 'bench', 'i' || n, '\\x00' FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n""",
    """INSERT INTO search_interactiontext (interaction_id, at, words)
       SELECT id, at, to_tsvector('simple', subject || ' ' || text) FROM timeline_interaction
       WHERE id BETWEEN %(first)s AND %(last)s""",
)
TALLIES = (
    """INSERT INTO timeline_tally (member_id, channel, direction, count, first_at, last_at, last_interaction_id)
       SELECT p.member_id, i.channel, i.direction, count(*), min(i.at), max(i.at), min(i.id)
       FROM timeline_participation p JOIN timeline_interaction i ON i.id = p.interaction_id GROUP BY 1, 2, 3""",
    """INSERT INTO timeline_spend (member_id, currency, total, count)
       SELECT p.member_id, i.currency, sum(i.amount), count(*)
       FROM timeline_participation p JOIN timeline_interaction i ON i.id = p.interaction_id
       WHERE i.amount IS NOT NULL GROUP BY 1, 2""",
    """UPDATE customers_member m SET last_contact_at = t.at
       FROM (SELECT member_id, max(last_at) AS at FROM timeline_tally GROUP BY 1) t WHERE t.member_id = m.id""",
    """UPDATE customers_customer c SET last_contact_at = m.last_contact_at
       FROM customers_member m WHERE m.customer_id = c.id""",
)
SEQUENCES = (
    "customers_customer",
    "customers_member",
    "timeline_interaction",
)
