"""What stands beside customers and their timeline in a house that works: ties, tasks, orders, consents, messages, facts.

A page that is measured without them is measured in an empty house.
"""

from typing import Any

from rapport.people.models import Team, User
from rapport.people.roles import BuiltIn

COLLEAGUES = 20
RELATIONSHIPS = (
    """INSERT INTO customers_relationship (member_id, other_id, kind, role, since)
       SELECT n, n + 1, 'knows', '', %(now)s::date - n %% 2000 FROM generate_series(1, %(customers)s - 1, 4) n""",
    """INSERT INTO customers_relationship (member_id, other_id, kind, role, since, until)
       SELECT n, n %% 977 + 1, 'works at', 'buyer', %(now)s::date - 400, CASE WHEN n %% 10 = 0 THEN %(now)s::date - 30 END
       FROM generate_series(1000, %(customers)s, 5) n""",
)
ADDRESSES = """
INSERT INTO customers_address (member_id, label, street, postcode, city, region, country)
SELECT n, 'delivery', 'Rua ' || n %% 400, lpad((n %% 9999)::text, 4, '0'), 'Porto', '', 'PT'
FROM generate_series(1, %(customers)s, 5) n
"""
PREFERENCES = """
INSERT INTO customers_preference (member_id, topic, value, withdrawn, said_at, evidence, source, written_at)
SELECT n, (ARRAY['channel', 'not by', 'language'])[1 + n %% 3], (ARRAY['email', 'phone', 'pt'])[1 + n %% 3], false,
       %(now)s - n * interval '1 minute', 'On the phone', 'bench', %(now)s
FROM generate_series(1, %(customers)s, 5) n
"""
TASKS = """
INSERT INTO agenda_task (title, member_id, assignee_id, due_at, created_by_id, created_at, done_at, done_by_id, mentions)
SELECT 'Call about order ' || n, n, people[1 + n %% %(colleagues)s], %(now)s + ((hashint8extended(n, 1) & 1023) %% 90 - 60) * interval '1 day',
       people[1], %(now)s - (n %% 900) * interval '1 day', CASE WHEN n %% 10 > 0 THEN %(now)s - interval '1 day' END,
       CASE WHEN n %% 10 > 0 THEN people[1] END, '[]'
FROM generate_series(1, %(customers)s, 3) n, (SELECT %(people)s::bigint[] AS people) given
"""
ORDERS = """
INSERT INTO sales_order (source, external_id, member_id, interaction_id, ordered_at, total, currency)
SELECT 'bench', 'o' || i.id, p.member_id, i.id, i.at, i.amount, 'EUR'
FROM timeline_interaction i JOIN timeline_participation p ON p.interaction_id = i.id
WHERE i.id %% 50 = 3 AND i.amount IS NOT NULL
"""
CONSENTS = """
INSERT INTO consent_consent (purpose_id, channel, way, key, value, said, at, source, evidence, guardian, kept_at)
SELECT p.id, 'email', 'email', i.key, i.value, (ARRAY['granted', 'granted', 'denied', 'withdrawn'])[1 + i.member_id %% 4],
       i.created_at, 'bench', 'Web form', '', i.created_at
FROM customers_identifier i, consent_purpose p
WHERE i.kind = 'email' AND i.member_id %% 5 < 3 AND p.basis = 'consent'
"""
MESSAGES = """
INSERT INTO consent_message (key, channel, member_id, purpose_id, "to", cc, message_id, "references", subject, text, html,
                             state, reason, said, tries, due_at, begun_at, sent_at, closed_at, created_at)
SELECT 'bench ' || i.member_id, 'email', i.member_id, p.id, ARRAY[i.value], '{}', '<' || i.member_id || '@bench.example>',
       '{}', 'Offers of the month', 'Good morning', '', 'sent', '', '', 1, m.at, m.at, m.at, m.at, m.at
FROM customers_identifier i, consent_purpose p,
     LATERAL (SELECT %(now)s - i.member_id %% 700 * interval '1 day' AS at) m
WHERE i.kind = 'email' AND i.member_id %% 3 = 0 AND p.code = 'offers'
"""
DECISIONS = """
INSERT INTO consent_decision (message_id, address, at, allowed, reason, said)
SELECT id, "to"[1], created_at, true, '', '' FROM consent_message
"""
FACTS = """
INSERT INTO journal_event (kind, subject_ids, at, details)
SELECT (ARRAY['customers changed', 'tasks changed', 'consents changed', 'interactions received'])[1 + n %% 4],
       ARRAY[n], %(now)s - n * interval '1 minute', '{}'
FROM generate_series(1, %(customers)s * 2) n
"""
NOTICES = """
INSERT INTO notices_notice (user_id, kind, channel, member_id, words, link, count, first_at, at, quiet, read_at)
SELECT people[1 + n %% %(colleagues)s], 'mention', '', n, 'Somebody named you', '', 1, m.at, m.at, false,
       CASE WHEN n %% 100 > 0 THEN m.at END
FROM generate_series(1, %(customers)s, 10) n, (SELECT %(people)s::bigint[] AS people) given,
     LATERAL (SELECT %(now)s - n * interval '1 minute' AS at) m
"""
FOLLOWS = """
INSERT INTO notices_follow (user_id, member_id, reason, since)
SELECT people[1 + n %% %(colleagues)s], n, 'by hand', %(now)s
FROM generate_series(1, %(customers)s, 100) n, (SELECT %(people)s::bigint[] AS people) given
"""
PAIRS = """
INSERT INTO identity_pair (one_id, other_id, scope_id, score, reasons, conflict_source, state, found_at)
SELECT c.id, c.id + 1, c.scope_id, 60 + c.id %% 40, '[]', '', 'open', %(now)s FROM customers_customer c
WHERE c.id %% 200 = 7 AND c.id < %(customers)s
"""
STATEMENTS = (
    *(*RELATIONSHIPS, ADDRESSES, PREFERENCES, TASKS, ORDERS, CONSENTS, MESSAGES, DECISIONS, FACTS, NOTICES, FOLLOWS),
    PAIRS,
)


def write_beside(cursor: Any, given: dict[str, Any]) -> None:
    """Write all of it for the customers that are there; ``given`` holds `now` and how many `customers` there are."""
    teams = list(Team.objects.order_by("pk")[:COLLEAGUES])
    people = User.objects.bulk_create(
        User(email=f"colleague{number}@bench.example", name=f"Colleague {number}", role_id=BuiltIn.AGENT, team=team)
        for number, team in enumerate(teams)
    )
    for statement in STATEMENTS:
        cursor.execute(statement, {**given, "people": [one.pk for one in people], "colleagues": len(people)})
