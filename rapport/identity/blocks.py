"""Bring together what is worth comparing: customers that share an identifier, a name or a rare word of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from django.db import connection

from rapport.identity.lexicon import Lexicon
from rapport.identity.score import telling_words

# As many may share a name or an identifier for all of them to be compared; as many may share a rare word.
LARGEST, RAREST = 50, 20
MOST_TURNED = 3
Couple = tuple[int, int]


@dataclass(frozen=True)
class Fresh:
    """A customer whose duplicates are looked for."""

    pk: int
    kind: str
    fold_key: str
    city: str

    def spellings(self, lexicon: Lexicon) -> set[str]:
        """The folded names that may be theirs: without titles, in another order, or with one word one letter off."""
        words = self.fold_key.split()
        plain = list(telling_words(self.fold_key, self.kind))
        found = {self.fold_key, " ".join(plain)}
        if len(plain) <= MOST_TURNED:
            found.update(map(" ".join, permutations(plain)))
        for place, word in enumerate(words):
            for other in lexicon.alike.get(word, ()):
                found.add(" ".join([*words[:place], other.word, *words[place + 1 :]]))
        return found - {""}


@dataclass
class Blocks:
    """Couples of customer ids, the smaller first, and what too many share: (kind, value)."""

    couples: set[Couple] = field(default_factory=set)
    crowds: set[tuple[str, str]] = field(default_factory=set)

    def bring(self, one: int, other: int) -> None:
        if one != other:
            self.couples.add((min(one, other), max(one, other)))


def blocks_of(fresh: Sequence[Fresh], lexicon: Lexicon) -> Blocks:
    """Whom to compare each of ``fresh`` with, in a handful of queries; never more than the limits allow each."""
    blocks = Blocks()
    by_identifier([one.pk for one in fresh], blocks)
    by_spelling(fresh, lexicon, blocks)
    by_rare_word(fresh, lexicon, blocks)
    return blocks


def by_identifier(ids: Sequence[int], blocks: Blocks) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [list(ids), LARGEST + 2])
        rows = cursor.fetchall()
    holders: dict[tuple[int, str, str, str], set[int]] = defaultdict(set)
    for own, kind, namespace, key, other in rows:
        holders[own, kind, namespace, key].add(other)
    for (own, _kind, _namespace, key), others in holders.items():
        if len(others) > LARGEST:
            blocks.crowds.add(("identifier", key))
            continue
        for other in others:
            blocks.bring(own, other)


# A browser is shared by whoever sits at it, so it is not looked at.
SHARED = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT member.customer_id, held.kind, held.namespace, held.key
    FROM customers_member member JOIN customers_identifier held ON held.member_id = member.id
    WHERE member.customer_id = ANY(%s) AND held.kind <> 'cookie'
)
SELECT mine.customer_id, mine.kind, mine.namespace, mine.key, other.customer_id
FROM mine CROSS JOIN LATERAL (
    SELECT member.customer_id
    FROM customers_identifier held JOIN customers_member member ON member.id = held.member_id
    WHERE held.key = mine.key AND held.kind = mine.kind AND held.namespace = mine.namespace
    LIMIT %s
) AS other
WHERE other.customer_id <> mine.customer_id
"""


def by_spelling(fresh: Sequence[Fresh], lexicon: Lexicon, blocks: Blocks) -> None:
    asked = {(one.kind, key) for one in fresh for key in one.spellings(lexicon)}
    found = named(asked)
    crowded: list[tuple[Fresh, str]] = []
    for one in fresh:
        for key in one.spellings(lexicon):
            others = found.get((one.kind, key), ())
            if len(others) > LARGEST:
                crowded.append((one, key))
                continue
            for other in others:
                blocks.bring(one.pk, other)
    by_spelling_and_city(crowded, blocks)


def named(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    """Per kind and folded name the customers who have it, at most one more than may be compared."""
    pairs = sorted(asked)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [[kind for kind, _key in pairs], [key for _kind, key in pairs], LARGEST + 1])
        for kind, key, customer_id in cursor.fetchall():
            found[kind, key].append(customer_id)
    return found


# The name alone is asked for first: of a table that was empty a moment ago the planner knows nothing yet, and would
# rather walk through an index of all who live.
NAMED = """
SELECT asked.kind, asked.key, found.id
FROM unnest(%s::text[], %s::text[]) AS asked(kind, key)
CROSS JOIN LATERAL (
    SELECT id
    FROM (SELECT id, kind, merged_into_id, trashed_at FROM customers_customer WHERE fold_key = asked.key OFFSET 0) AS named
    WHERE merged_into_id IS NULL AND trashed_at IS NULL AND kind = asked.kind LIMIT %s
) AS found
"""


def by_spelling_and_city(crowded: Sequence[tuple[Fresh, str]], blocks: Blocks) -> None:
    """Where too many have a name, those of one city are compared; where they are too many, too, nobody."""
    placed = [(one, key) for one, key in crowded if one.city]
    blocks.crowds.update(("name", key) for one, key in crowded if not one.city)
    if not placed:
        return
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            NAMED_IN_CITY,
            [
                [one.pk for one, _key in placed],
                [one.kind for one, _key in placed],
                [key for _one, key in placed],
                [one.city for one, _key in placed],
                LARGEST + 1,
            ],
        )
        for customer_id, key, other in cursor.fetchall():
            found[customer_id, key].append(other)
    for one, key in placed:
        others = found.get((one.pk, key), ())
        if len(others) > LARGEST:
            blocks.crowds.add(("name", f"{key}, {one.city}"))
            continue
        for other in others:
            blocks.bring(one.pk, other)


NAMED_IN_CITY = """
SELECT asked.id, asked.key, found.id
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS asked(id, kind, key, city)
CROSS JOIN LATERAL (
    SELECT id
    FROM (SELECT id, kind, city, merged_into_id, trashed_at FROM customers_customer WHERE fold_key = asked.key OFFSET 0) AS named
    WHERE upper(city) = upper(asked.city) AND merged_into_id IS NULL AND trashed_at IS NULL
        AND kind = asked.kind
    LIMIT %s
) AS found
"""


def by_rare_word(fresh: Sequence[Fresh], lexicon: Lexicon, blocks: Blocks) -> None:
    wanted: dict[int, list[int]] = defaultdict(list)
    for one in fresh:
        for word in telling_words(one.fold_key, one.kind):
            for like_it in lexicon.alike.get(word, ()):
                if like_it.uses <= RAREST:
                    wanted[like_it.token_id].append(one.pk)
    for token_id, others in used(wanted).items():
        for own in wanted[token_id]:
            for other in others:
                blocks.bring(own, other)


def used(token_ids: Iterable[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token_id, customer_id FROM customers_nameuse WHERE token_id = ANY(%s)", [sorted(token_ids)]
        )
        for token_id, customer_id in cursor.fetchall():
            found[token_id].append(customer_id)
    return found
