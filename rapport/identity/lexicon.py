"""What the words of names prove: how many have each, and which other words are one letter off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from rapport.identity.score import COMMON, RARE, USUAL, one_off

# As many may have a word that it still is a rare or a usual one, whatever the number of customers …
FEW, SOME = 10, 40
# … and one in so many.
RARE_SHARE, USUAL_SHARE = 2_000, 200


@dataclass(frozen=True)
class Word:
    """A word that stands in names; `uses` is counted only as far as it matters."""

    token_id: int
    word: str
    uses: int


@dataclass(frozen=True)
class Lexicon:
    """The words that were asked for, and per word those that are like it, itself among them."""

    customers: int
    alike: Mapping[str, tuple[Word, ...]]
    uses: Mapping[str, int]

    def bits(self, word: str) -> float:
        """What it proves that two names share ``word``; nothing when it was not asked for."""
        uses = self.uses.get(word)
        if uses is None:
            return 0.0
        if uses <= max(FEW, self.customers / RARE_SHARE):
            return RARE
        return USUAL if uses <= max(SOME, self.customers / USUAL_SHARE) else COMMON


def look_up(words: Iterable[str]) -> Lexicon:
    """``words`` in the index of names, in three queries."""
    asked = sorted(set(words))
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS)
        customers = cursor.fetchone()[0]
        cursor.execute(ALIKE, [asked])
        near = [row for row in cursor.fetchall() if row[0] == row[2] or one_off(row[0], row[2])]
        ids = {token_id for _word, token_id, _token in near}
        cursor.execute(USES, [max(SOME, customers // USUAL_SHARE) + 1, sorted(ids)])
        uses = dict(cursor.fetchall())
    alike: dict[str, list[Word]] = defaultdict(list)
    for word, token_id, token in near:
        alike[word].append(Word(token_id, token, uses[token_id]))
    counted = {token: uses[token_id] for _word, token_id, token in near}
    return Lexicon(customers, {word: tuple(found) for word, found in alike.items()}, counted)


# The planner's estimate will do; it has none of a table that is new.
CUSTOMERS = """
SELECT CASE WHEN reltuples > 0 THEN reltuples::bigint ELSE (SELECT count(*) FROM customers_customer) END
FROM pg_class WHERE oid = 'customers_customer'::regclass
"""
ALIKE = """
WITH asked AS MATERIALIZED (SELECT id, token FROM customers_nametoken WHERE token = ANY(%s))
SELECT DISTINCT asked.token, token.id, token.token
FROM asked
JOIN customers_namevariant own ON own.token_id = asked.id
JOIN customers_namevariant like_it USING (variant)
JOIN customers_nametoken token ON token.id = like_it.token_id
WHERE abs(length(token.token) - length(asked.token)) <= 1
"""
USES = """
SELECT asked.id, (SELECT count(*) FROM (SELECT FROM customers_nameuse WHERE token_id = asked.id LIMIT %s) AS few)
FROM unnest(%s::bigint[]) AS asked(id)
"""
