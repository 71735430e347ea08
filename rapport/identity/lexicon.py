"""What the words of names prove: how many have each, and which other words are one letter off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from rapport.identity.score import one_off, word_bits
from rapport.lib.names import variants

# A word is counted as far as that: more often than one in so many, and it proves the least anyway.
COMMONEST = 50
# Of as many e-mail addresses it is read which domains are providers of many: at least so many, and one in so many.
SAMPLE, MANY, PROVIDER_SHARE = 20_000, 25, 200


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
    providers: frozenset[str]

    def bits(self, word: str) -> float:
        """What it proves that two names share ``word``; nothing when it was not asked for."""
        return word_bits(self.uses[word], self.customers) if word in self.uses else 0.0


def look_up(words: Iterable[str]) -> Lexicon:
    """``words`` in the index of names."""
    asked = [(word, variant) for word in sorted(set(words)) for variant in variants(word)]
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS)
        customers = cursor.fetchone()[0]
        cursor.execute(ALIKE, [[word for word, _variant in asked], [variant for _word, variant in asked]])
        near = [row for row in cursor.fetchall() if row[0] == row[2] or one_off(row[0], row[2])]
        ids = {token_id for _word, token_id, _token in near}
        cursor.execute(USES, [max(COMMONEST, customers // COMMONEST), sorted(ids)])
        uses = dict(cursor.fetchall())
        cursor.execute(PROVIDERS, [min(100.0, 100.0 * SAMPLE / max(customers, 1)), MANY, PROVIDER_SHARE])
        providers = frozenset(row[0] for row in cursor.fetchall())
    alike: dict[str, list[Word]] = defaultdict(list)
    for word, token_id, token in near:
        alike[word].append(Word(token_id, token, uses[token_id]))
    counted = {token: uses[token_id] for _word, token_id, token in near}
    return Lexicon(customers, {word: tuple(found) for word, found in alike.items()}, counted, providers)


# The planner's estimate will do; it has none of a table that is new.
CUSTOMERS = """
SELECT CASE WHEN reltuples > 0 THEN reltuples::bigint ELSE (SELECT count(*) FROM customers_customer) END
FROM pg_class WHERE oid = 'customers_customer'::regclass
"""
ALIKE = """
SELECT DISTINCT asked.word, token.id, token.token
FROM unnest(%s::text[], %s::text[]) AS asked(word, variant)
JOIN customers_namevariant like_it USING (variant)
JOIN customers_nametoken token ON token.id = like_it.token_id
WHERE abs(length(token.token) - length(asked.word)) <= 1
"""
USES = """
SELECT asked.id, (SELECT count(*) FROM (SELECT FROM customers_nameuse WHERE token_id = asked.id LIMIT %s) AS few)
FROM unnest(%s::bigint[]) AS asked(id)
"""
# The same pages each time, so that a pair does not come and go by chance.
PROVIDERS = """
SELECT domain FROM (
    SELECT split_part(key, '@', 2) AS domain, count(*) AS found, sum(count(*)) OVER () AS everybody
    FROM customers_identifier TABLESAMPLE SYSTEM (%s) REPEATABLE (1) WHERE kind = 'email' GROUP BY 1
) AS counted
WHERE found >= %s AND found * %s >= everybody
"""
