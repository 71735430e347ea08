"""Look customers up by an identifier: the whole of it, or a part of an e-mail, a social name or a phone number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

SHORTEST_PART = 3
SHORTEST_NUMBER = 4
MOST_PARTS = 100
SAMPLED = 600
FREQUENT = 0.03
NUMBER = re.compile(r"[+0-9][0-9 ()./\-–]*")


@dataclass(frozen=True)
class Held:
    """A customer and the identifier of theirs that matched; ``whole`` when all of it did."""

    customer_id: int
    name: str
    kind: str
    city: str
    last_contact_at: datetime | None
    identifier_kind: str
    value: str
    whole: bool


def by_identifier(asked: str, scopes: Sequence[int] | None, *, limit: int) -> list[Held]:
    """Living customers one of whose identifiers is ``asked`` or holds it; in one query, not yet ranked."""
    word, number = word_in(asked), digits_in(asked)
    often = frequent([part for part in (word, number) if part])
    parts: list[tuple[str, list[Any]]] = [
        (WHOLE, [sorted({asked, asked.lower(), asked.upper(), asked.lstrip("@").lower(), f"+{number}"})])
    ]
    for part, kinds in ((word, "'email', 'social'"), (number, "'phone'")):
        if part in often:
            parts.append((OFTEN.format(kinds=kinds), [like(part)]))
        elif part:
            parts.append((PART.format(kinds=kinds), [part, like(part)]))
    seen = "" if scopes is None else "AND member.scope_id = ANY(%s)"
    values: list[Any] = []
    for _text, given in parts:
        values += [*given, *([list(scopes)] if scopes is not None else []), max(limit, MOST_PARTS)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({FOUND.format(part=part, seen=seen)})" for part, _given in parts), values)
        return [Held(*row) for row in cursor.fetchall()]


def frequent(parts: Sequence[str]) -> set[str]:
    """Those of ``parts`` that so many identifiers hold that the first ones are soon met, whichever way one walks.

    The index hands out all that it knows of a part before the first is read: 50 ms for a million addresses.
    """
    if not parts:
        return set()
    counts = ", ".join(["count(*) FILTER (WHERE key LIKE %s)"] * len(parts))
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE.format(counts=counts), [*map(like, parts), SAMPLED])
        drawn, *found = cursor.fetchone()
    enough = drawn >= SAMPLED / 4
    return {part for part, times in zip(parts, found, strict=True) if enough and times >= drawn * FREQUENT}


def word_in(asked: str) -> str:
    """The part to look for in addresses: one word, long enough to be told from others."""
    word = asked.lower()
    return word if len(word) >= SHORTEST_PART and " " not in word else ""


def digits_in(asked: str) -> str:
    """The digits of a phone number as far as the keys hold them: without blanks and the zeros that countries put first."""
    if not NUMBER.fullmatch(asked):
        return ""
    digits = re.sub(r"\D", "", asked.replace("(0)", "")).lstrip("0")
    return digits if len(digits) >= SHORTEST_NUMBER else ""


def like(part: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", part) + "%"


FOUND = """
SELECT customer.id, customer.name, customer.kind, customer.city, customer.last_contact_at, held.kind, held.value, {part}
JOIN customers_member member ON member.id = held.member_id
JOIN customers_customer customer ON customer.id = member.customer_id
WHERE customer.trashed_at IS NULL {seen} LIMIT %s
"""
WHOLE = """true FROM (
    SELECT kind, value, member_id FROM customers_identifier WHERE key = ANY(%s) AND kind <> 'cookie') AS held"""
# Said so that no index serves the kind: PostgreSQL then would rather walk all keys of all kinds in their order.
PART = """false FROM (
    SELECT kind, value, member_id FROM customers_identifier
    WHERE rapport_trigrams(key) @> rapport_trigrams(%s) AND key LIKE %s AND (kind IN ({kinds})) IS TRUE) AS held"""
OFTEN = """false FROM (
    SELECT kind, value, member_id FROM customers_identifier WHERE key LIKE %s AND (kind IN ({kinds})) IS TRUE) AS held"""
SAMPLE = """
SELECT count(*), {counts} FROM customers_identifier TABLESAMPLE SYSTEM ((
    SELECT least(100, 100.0 * %s / greatest(reltuples, 1)) FROM pg_class WHERE oid = 'customers_identifier'::regclass))
"""
