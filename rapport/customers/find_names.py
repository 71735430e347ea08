"""Look names up by their words: whole, begun, or one letter off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from rapport.lib.names import LONGEST_WORD, WORD, fold, fold_key, near, variants

MOST_WORDS = 6
WHOLE, BEGUN, TYPO = 1.0, 0.7, 0.45
COVERED = 0.1
# Shorter beginnings have too many words; only what is still being typed is looked up by them.
TELLING = 3


@dataclass(frozen=True)
class Named:
    """A living customer and the name, its own or that of a record in it, that the words stand in."""

    customer_id: int
    name: str
    kind: str
    city: str
    last_contact_at: datetime | None
    named: str


@dataclass
class Tokens:
    """The words of the index that one asked word may mean."""

    whole: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    typo: list[int] = field(default_factory=list)
    uses: int = 0


def by_name(asked: str, scopes: Sequence[int] | None) -> list[Named]:
    """Customers whose name holds every word of ``asked``, whole or begun; not yet ranked."""
    said = asked_words(asked)
    tokens = meanings(said)
    if not said or not all(one.whole or one.begun or one.typo for one in tokens):
        return []
    tokens.sort(key=lambda one: one.uses)
    tiers = [tier(sets, scopes) for sets in sets_of(tokens) if all(sets)]
    parts: list[Part] = [
        (BY_WHOLE_NAME.format(seen=seen(scopes)), [fold_key(asked), *([scopes] if scopes is not None else [])])
    ]
    parts += tiers
    return fetch(parts, scopes)


def asked_words(asked: str) -> list[str]:
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(fold(asked))))[:MOST_WORDS]


def meanings(said: Sequence[str]) -> list[Tokens]:
    """What the index holds for each word, in one query."""
    found = [Tokens() for _word in said]
    if not said:
        return found
    pairs = [(place, variant) for place, word in enumerate(said) for variant in variants(word)]
    begun = [(place, word) for place, word in enumerate(said) if len(word) >= TELLING or word == said[-1]]
    parts = "".join(
        BEGINNINGS.format(shortest=SHORTEST_FIRST if len(word) >= TELLING else "") for _place, word in begun
    )
    values: list[Any] = [[place for place, _variant in pairs], [variant for _place, variant in pairs]]
    values += [value for place, word in begun for value in (place, f"{word}%")]
    with connection.cursor() as cursor:
        cursor.execute(MEANINGS.format(beginnings=parts), values)
        rows = cursor.fetchall()
    for place, token_id, token, uses in rows:
        one, word = found[place], said[place]
        if token == word:
            one.whole.append(token_id)
        elif token.startswith(word):
            one.begun.append(token_id)
        elif near(word, token):
            one.typo.append(token_id)
        else:
            continue
        one.uses += uses
    return found


# Uses are counted only far enough to tell a rare word from a common one.
MEANINGS = """
SELECT found.place, found.id, found.token,
       (SELECT count(*) FROM (SELECT FROM customers_nameuse WHERE token_id = found.id LIMIT 100) AS few)
FROM (
    SELECT asked.place, token.id, token.token
    FROM unnest(%s::int[], %s::text[]) AS asked(place, variant)
    JOIN customers_namevariant variant USING (variant)
    JOIN customers_nametoken token ON token.id = variant.token_id
    {beginnings}
) AS found
"""
BEGINNINGS = "UNION (SELECT %s, id, token FROM customers_nametoken WHERE token LIKE %s {shortest} LIMIT 60)"
SHORTEST_FIRST = "ORDER BY length(token)"


def sets_of(tokens: Sequence[Tokens]) -> list[list[list[int]]]:
    """Per tier, best first, the tokens that each word may be. For a single word no tier repeats another's."""
    if len(tokens) == 1:
        return [[tokens[0].whole], [tokens[0].begun], [tokens[0].typo]]
    whole = [one.whole for one in tokens]
    begun = [one.whole + one.begun for one in tokens]
    loose = [one.whole + one.begun + one.typo for one in tokens]
    return [sets for place, sets in enumerate([whole, begun, loose]) if sets not in [whole, begun, loose][:place]]


Part = tuple[str, list[Any]]


def tier(sets: Sequence[Sequence[int]], scopes: Sequence[int] | None) -> Part:
    """Customers that use one token of each set; the rarest set leads."""
    others = "".join(
        """ AND EXISTS (SELECT FROM customers_nameuse other
                        WHERE other.customer_id = named.id AND other.token_id = ANY(%s))"""
        for _set in sets[1:]
    )
    values: list[Any] = [list(one) for one in sets]
    if scopes is not None:
        values.insert(1, list(scopes))
    return BY_WORDS.format(seen=seen(scopes), others=others), values


def seen(scopes: Sequence[int] | None) -> str:
    """The access rule. A record that lives in another is judged by that one, at the end."""
    return "" if scopes is None else "AND (named.scope_id = ANY(%s) OR named.merged_into_id IS NOT NULL)"


BY_WHOLE_NAME = "(SELECT named.id FROM customers_customer named WHERE fold_key = %s {seen} LIMIT 300)"
BY_WORDS = """
(SELECT named.id FROM customers_nameuse used JOIN customers_customer named ON named.id = used.customer_id
 WHERE used.token_id = ANY(%s) {seen} {others} LIMIT 300)"""
# The parts run one after the other, and the later ones only as far as the earlier left room.
FOUND = """
SELECT living.id, living.name, living.kind, living.city, living.last_contact_at, named.name
FROM (SELECT DISTINCT id FROM ({parts} LIMIT 300) AS part) AS found
JOIN customers_customer named ON named.id = found.id
JOIN customers_customer living ON living.id = CASE
    WHEN named.merged_into_id IS NULL THEN named.id
    ELSE (SELECT member.customer_id FROM customers_member member WHERE member.home_id = named.id LIMIT 1) END
WHERE living.merged_into_id IS NULL AND living.trashed_at IS NULL {seen}
"""


def fetch(parts: Sequence[Part], scopes: Sequence[int] | None) -> list[Named]:
    text = FOUND.format(
        parts=" UNION ALL ".join(part for part, _values in parts),
        seen="" if scopes is None else "AND living.scope_id = ANY(%s)",
    )
    values = [value for _part, given in parts for value in given]
    if scopes is not None:
        values.append(list(scopes))
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [Named(*row) for row in cursor.fetchall()]


def likeness(asked: str, name: str) -> float:
    """How well ``name`` answers ``asked``: whole words before begun ones before typos, short names before long ones."""
    said, words = asked_words(asked), WORD.findall(fold(name))
    if not said or not words:
        return 0.0
    total = sum(closeness(word, words) for word in said) / len(said)
    return total + COVERED * min(1.0, len(said) / len(words))


def closeness(word: str, words: Iterable[str]) -> float:
    if word in words:
        return WHOLE
    if any(other.startswith(word) for other in words):
        return BEGUN
    return TYPO if any(near(word, other) for other in words) else 0.0
