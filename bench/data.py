"""A database of any size, written by SQL: the same shape as the verbs write, without waiting for them.

Indexes are made after the rows, and nothing is logged: a fill is as fast as the disk takes it, and one that was
interrupted begins anew.
"""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.beside import write_beside
from rapport.customers.naming import index_names
from rapport.lib.copying import copy_rows
from rapport.lib.names import fold_key, sort_key
from rapport.people.add_team import add_team
from rapport.people.models import Scope

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEAMS = 100
BUSY = 10_000
YEARS = timedelta(days=5 * 365)
CHUNK = 1_000_000
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvz"
VOCABULARY = 20_000
# Taken while rows flow and given back before anything is measured.
HURRY = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
}


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


def hurry(settings: dict[str, str]) -> None:
    """Write ``settings`` for the next start of the database; none takes them all back."""
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        if not settings:
            cursor.execute("ALTER SYSTEM RESET ALL")
    connection.close()


def fill(customers: int, interactions: int) -> None:
    """Write ``customers`` in 100 teams (1 % each) and ``interactions``, one customer having 10,000 of them."""
    for number in range(TEAMS):
        add_team(f"Team {number:03}")
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    given = {
        "now": now,
        "customers": customers,
        # Some customers were never heard of; how often the others were falls steeply.
        "heard": max(1, int(customers * 0.95) - 1),
        "interactions": interactions,
        "every": max(4, interactions // BUSY),
        "step": YEARS / max(1, interactions),
        "words": VOCABULARY,
    }
    with connection.cursor() as cursor:
        # Neither foreign keys nor histories are of use for rows that are right by construction.
        cursor.execute("SET session_replication_role = replica")
        vocabulary(cursor)
        for tables, write in STAGES:
            with stage(tables[0]), transaction.atomic(), bare(cursor, tables):
                write(cursor, given)
        with stage("what stands beside them"), transaction.atomic():
            write_beside(cursor, given)
        for table in ("customers_customer", "customers_member", "timeline_interaction"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("SET session_replication_role = origin")
        with stage("vacuum"):
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def stage(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


@contextmanager
def bare(cursor: Any, tables: tuple[str, ...]) -> Iterator[None]:
    """Empty ``tables`` and go without their indexes inside the block, save those that other tables refer to."""
    cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    made = []
    for table in tables:
        cursor.execute(INDEXES, [table])
        for index, constraint, made_by, definition in cursor.fetchall():
            if constraint:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {index}")
                made.append(f"ALTER TABLE {table} ADD CONSTRAINT {index} {constraint}")
            else:
                cursor.execute(f"DROP INDEX {made_by}")
                made.append(definition)
    yield
    for statement in made:
        cursor.execute(statement)


INDEXES = """
SELECT c.relname, pg_get_constraintdef(k.oid), i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'u'
WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
"""


def vocabulary(cursor: Any) -> None:
    dice = random.Random(2)
    cursor.execute("CREATE TEMPORARY TABLE vocabulary (id int, word text)")
    spoken = ((place, word(dice, dice.randint(2, 4)).lower()) for place in range(VOCABULARY))
    copy_rows(cursor, "vocabulary", ("id", "word"), spoken)
    cursor.execute("ANALYZE vocabulary")


def write_people(cursor: Any, given: dict[str, Any]) -> None:
    scopes = list(Scope.objects.exclude(team=None).order_by("pk").values_list("pk", "team_id"))
    columns = (
        *("id", "kind", "name", "first_name", "last_name", "street", "postcode", "city", "region", "country"),
        *("language", "time_zone", "website", "tags", "team_id", "scope_id", "lineage", "sort_key", "fold_key"),
        "created_at",
    )
    rows = (
        (
            *(pk, "person", name, *name.split(" "), "", "", CITIES[pk % len(CITIES)], "", "PT"),
            *("pt", "", "", ["vip"] if pk % 50 == 0 else [], *reversed(scopes[pk % TEAMS]), "{}"),
            *(sort_key(name), fold_key(name), given["now"] - timedelta(minutes=pk)),
        )
        for pk, name in enumerate(names(given["customers"]), 1)
    )
    copy_rows(cursor, "customers_customer", columns, rows)
    for statement in (TALLIES, SPENDS, *PEOPLE):
        cursor.execute(statement, {**given, "first": 1, "last": given["interactions"]})


def write_names(_cursor: Any, given: dict[str, Any]) -> None:
    called = list(names(given["customers"]))
    for start in range(0, len(called), 50_000):
        index_names(enumerate(called[start : start + 50_000], start + 1), fresh=True)


def write_in_chunks(statement: str) -> Any:
    def write(cursor: Any, given: dict[str, Any]) -> None:
        for first in range(1, given["interactions"] + 1, CHUNK):
            last = min(first + CHUNK - 1, given["interactions"])
            cursor.execute(statement, {**given, "first": first, "last": last})

    return write


CITIES = ("Lisboa", "Porto", "Madrid", "Berlin", "Wien", "London", "Paris", "Roma", "Dublin", "Oslo")
# The n-th contact, the newest last: whose it is, on what channel, and when.
DRAWN = """
(SELECT n, (ARRAY['email', 'phone', 'web', 'store', 'chat'])[1 + n %% 5] AS channel,
        (ARRAY['inbound', 'outbound'])[1 + (n / 5) %% 2] AS direction,
        CASE WHEN n %% %(every)s = n / %(every)s %% 5 THEN 1 ELSE 2 + floor(%(heard)s * draw * draw)::bigint END AS member,
        CASE WHEN n %% 5 = 3 THEN n %% 400 END AS amount,
        %(now)s - (%(interactions)s + 1 - n) * %(step)s AS at, (hashint8extended(n, 3) & 2147483647) %% %(words)s AS first_word,
        floor(%(words)s * draw * draw)::int AS second_word
 FROM (SELECT n, (hashint8extended(n, 7) & 2147483647) / 2147483648.0::float8 AS draw
       FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS counted) AS drawn
"""
SPOKEN = f"""
{DRAWN} JOIN vocabulary one ON one.id = first_word JOIN vocabulary two ON two.id = second_word
CROSS JOIN LATERAL (SELECT 'About order ' || n %% 1000000 AS subject,
                           'Thank you for the ' || one.word || ', we look into the '
                           || two.word || ' and come back to you.' AS text) AS said
"""
INTERACTIONS = f"""
INSERT INTO timeline_interaction (id, channel, direction, kind, at, received_at, source, subject, text, currency, amount,
                                  touchpoint, data, version, unassigned)
SELECT n, channel, direction, 'message', at, at, 'bench', subject, text,
       CASE WHEN amount IS NULL THEN '' ELSE 'EUR' END, amount, '', '{{}}', 1, false
FROM {SPOKEN}
"""
TEXTS = f"""
INSERT INTO search_interactiontext (interaction_id, at, words)
SELECT n, at, array_to_tsvector(string_to_array(regexp_replace(lower(subject || ' ' || text), '[,.]', '', 'g'), ' '))
FROM {SPOKEN}
"""
PARTICIPATIONS = f"""
INSERT INTO timeline_participation (interaction_id, member_id, role, main, clue_kind, clue_value, at)
SELECT n, member, 'customer', true, 'email', 'c' || member || '@firm.example', at FROM {DRAWN}
"""
RECEIPTS = """
INSERT INTO timeline_receipt (interaction_id, source, external_id, content)
SELECT n, 'bench', 'i' || n, int8send(n) || int8send(n) FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
TALLIES = f"""
INSERT INTO timeline_tally (member_id, channel, direction, count, first_at, last_at, last_interaction_id)
SELECT member, channel, direction, count(*), min(at), max(at), max(n) FROM {DRAWN} GROUP BY 1, 2, 3
"""
SPENDS = f"""
INSERT INTO timeline_spend (member_id, currency, total, count)
SELECT member, 'EUR', sum(amount), count(*) FROM {DRAWN} WHERE amount IS NOT NULL GROUP BY 1
"""
PEOPLE = (
    """UPDATE customers_customer c SET last_contact_at = t.at
       FROM (SELECT member_id, max(last_at) AS at FROM timeline_tally GROUP BY 1) t WHERE t.member_id = c.id""",
    """INSERT INTO customers_member (id, customer_id, home_id, scope_id, created_at, last_contact_at)
       SELECT id, id, id, scope_id, created_at, last_contact_at FROM customers_customer""",
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
STAGES = (
    (
        (
            *("customers_customer", "customers_member", "customers_identifier", "customers_sourcerecord"),
            *("timeline_tally", "timeline_spend"),
        ),
        write_people,
    ),
    (("customers_nametoken", "customers_namevariant", "customers_nameuse"), write_names),
    (("timeline_interaction",), write_in_chunks(INTERACTIONS)),
    (("timeline_participation",), write_in_chunks(PARTICIPATIONS)),
    (("timeline_receipt",), write_in_chunks(RECEIPTS)),
    (("search_interactiontext",), write_in_chunks(TEXTS)),
)
