"""Read where people speak of competitors: interactions and notes in which a name of theirs stands, word for word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from rapport.lib.names import LONGEST_WORD, WORD, fold
from rapport.market.span import Span
from rapport.people.models import User
from rapport.sales.competitor import Competitor
from rapport.sales.forecast import midnight
from rapport.sales.period import Period, month_at
from rapport.search.find_interactions import seen_of
from rapport.timeline.models import Interaction

# Of a name that stands more often than this, the newest are counted; and a name shorter than this is no word of its own.
MOST, PIECE, SHORTEST = 3_000, 500, 2


@dataclass(frozen=True)
class Mentions:
    """Interactions by id and moment, the newest first; ``more``: there are older ones that were not looked at."""

    found: Sequence[tuple[int, datetime]]
    more: bool = False

    def by_month(self, span: Span) -> list[tuple[Period, int]]:
        counts = dict.fromkeys(span.months, 0)
        for _pk, at in self.found:
            month = month_at(local(at))
            if month in counts:
                counts[month] += 1
        return list(counts.items())


def local(at: datetime) -> date:
    return at.astimezone(midnight(date(2000, 1, 1)).tzinfo).date()


def phrases(competitor: Competitor) -> list[list[str]]:
    """Its names as folded words in their order."""
    found = [[word[:LONGEST_WORD] for word in WORD.findall(fold(name))] for name in competitor.called]
    return [words for words in found if len("".join(words)) >= SHORTEST]


def query_of(competitor: Competitor) -> str:
    """What the index of words is asked for: any of the names, each with all of its words."""
    return " | ".join(f"({' & '.join(words)})" for words in phrases(competitor))


def mentions_of(competitor: Competitor, first: date, end: date, *, reader: User) -> Mentions:
    """What ``reader`` may see of the days from ``first`` until before ``end``."""
    query = query_of(competitor)
    if not query:
        return Mentions([])
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"query": query, "first": midnight(first), "end": midnight(end), "most": MOST + 1})
        rows = cursor.fetchall()
    ids = [row[0] for row in rows[:MOST]]
    seen = {pk for piece in pieces(ids) for pk in seen_of(reader, piece)}
    exact = in_order(competitor, seen)
    return Mentions([(pk, at) for pk, at in rows[:MOST] if pk in exact], len(rows) > MOST)


def pieces(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[begin : begin + PIECE] for begin in range(0, len(ids), PIECE))


def in_order(competitor: Competitor, ids: set[int]) -> set[int]:
    """Those in which a name stands as it is: the words of a longer name one after the other."""
    names = phrases(competitor)
    if all(len(words) == 1 for words in names):
        return ids
    texts = Interaction.objects.filter(pk__in=ids).values_list("pk", "subject", "text")
    return {pk for pk, subject, text in texts if any(stands(words, f"{subject} {text}") for words in names)}


def stands(words: Sequence[str], text: str) -> bool:
    said = " ".join(word[:LONGEST_WORD] for word in WORD.findall(fold(text)))
    return f" {' '.join(words)} " in f" {said} "


def counts_of(competitors: Sequence[Competitor], span: Span, *, reader: User) -> Mapping[int, Mentions]:
    """Of many; each is asked for by itself, since each has a bound of its own."""
    return {one.pk: mentions_of(one, span.first, span.end, reader=reader) for one in competitors}


# Rare words are few enough to put all in order; left to itself, PostgreSQL walks the whole timeline for them.
FOUND = """
WITH matching AS MATERIALIZED (
    SELECT interaction_id, at FROM search_interactiontext
    WHERE words @@ to_tsquery('simple', %(query)s) AND at >= %(first)s AND at < %(end)s
)
SELECT interaction_id, at FROM matching ORDER BY at DESC, interaction_id DESC LIMIT %(most)s
"""
