"""Find what was said or written, newest first, by the words in it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models.expressions import RawSQL
from procrastinate.contrib.django.models import ProcrastinateJob

from rapport.customers.find_names import asked_words
from rapport.customers.models import Customer
from rapport.journal.models import Event
from rapport.lib.copying import as_array
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation

SHORTEST = 2
TASK = "search.index_texts"


@dataclass(frozen=True)
class Mention:
    """An interaction in which the words stand, and the customer whose page shows it (none while it is unassigned)."""

    interaction_id: int
    channel: str
    direction: str
    at: datetime
    subject: str
    text: str
    customer_id: int | None
    customer_name: str


def find_interactions(user: User, text: str, *, limit: int) -> list[Mention]:
    """The newest interactions that ``user`` may see with every word of ``text``, the last perhaps only begun."""
    words = asked_words(text)
    if not words or len("".join(words)) < SHORTEST:
        return []
    rows = with_words(user, f"{' & '.join(words)}:*", limit)
    about = customers_of(user, [one.pk for one in rows])
    return [mention(one, about.get(one.pk)) for one in rows]


def with_words(user: User, query: str, limit: int) -> list[Interaction]:
    """The newest that ``user`` may see of those that ``query`` finds.

    Frequent words stand among the newest; rare ones are few enough to put all in order. Left to itself, PostgreSQL
    walks the whole timeline for a word that is nowhere. Who sees little of what a word stands in gets it from further
    back; a word that stands in every hundredth text is looked for among the newest of FAR only: in all it would take minutes.
    """
    found: list[int] = []
    looked_at: set[int] = set()
    for ids in further_back(query):
        found += seen_of(user, [one for one in ids if one not in looked_at])
        looked_at.update(ids)
        if len(found) >= limit:
            break
    rows = Interaction.objects.filter(pk__in=found[:limit])
    return sorted(rows, key=lambda one: (one.at, one.pk), reverse=True)


def further_back(query: str) -> Iterator[list[int]]:
    """What ``query`` finds, newest first; each time more of it."""
    near: list[int] = []
    for newest in itertools.pairwise(NEAR):
        near = matching(AMONG_NEWEST, query, newest)
        yield near
    *_others, begin, end = NEAR
    if len(near) * FREQUENT > end - begin:
        for newest in itertools.pairwise(FAR):
            yield matching(AMONG_NEWEST, query, newest)
        return
    for most in (FAR[1], FAR[-1]):
        ids = matching(ALL, query, (0, most))
        yield ids
        if len(ids) < most:
            break


def seen_of(user: User, ids: Sequence[int]) -> list[int]:
    """Those that ``user`` may see, in their order.

    Asked without an order and a limit: with them PostgreSQL prefers to walk the whole timeline by time.
    """
    these = RawSQL("SELECT unnest(%s::bigint[])", [as_array(ids)])
    seen = set(Interaction.objects.visible_to(user).filter(pk__in=these).values_list("pk", flat=True)) if ids else set()
    return [one for one in ids if one in seen]


def matching(statement: str, query: str, places: tuple[int, int]) -> list[int]:
    """In the order of the newest: from the first of ``places`` up to the second."""
    begin, end = places
    with connection.cursor() as cursor:
        cursor.execute(statement, {"query": query, "begin": begin, "most": end - begin})
        return [row[0] for row in cursor.fetchall()]


# How far back each look goes: near, where frequent words stand, and far, at most so far. Of a few hundred at once
# PostgreSQL looks up who may see them; of many it reads whole tables.
NEAR, FAR = (0, 200, 1_000), (1_000, 2_000, 3_000, 4_500, 20_000)
FREQUENT = 100
AMONG_NEWEST = """
SELECT interaction_id
FROM (SELECT * FROM search_interactiontext ORDER BY at DESC, interaction_id DESC OFFSET %(begin)s LIMIT %(most)s) AS newest
WHERE words @@ to_tsquery('simple', %(query)s) ORDER BY at DESC, interaction_id DESC
"""
ALL = """
WITH matching AS MATERIALIZED (
    SELECT interaction_id, at FROM search_interactiontext WHERE words @@ to_tsquery('simple', %(query)s)
)
SELECT interaction_id FROM matching ORDER BY at DESC, interaction_id DESC LIMIT %(most)s
"""


def customers_of(user: User, ids: Sequence[int]) -> dict[int, Customer]:
    """The customer of each interaction that ``user`` may see; rather the one it is about."""
    seats = Participation.objects.filter(
        interaction__in=ids, member__customer__in=Customer.objects.visible_to(user)
    ).select_related("member__customer")
    found: dict[int, Customer] = {}
    for seat in seats.order_by("-main", "pk"):
        if seat.member:
            found.setdefault(seat.interaction_id, seat.member.customer)
    return found


def mention(row: Interaction, customer: Customer | None) -> Mention:
    about = (customer.pk, customer.name) if customer else (None, "")
    return Mention(row.pk, row.channel, row.direction, row.at, row.subject, row.text, *about)


def unread_since() -> datetime | None:
    """From when on what arrived may not be findable yet; None when everything is."""
    waiting = ProcrastinateJob.objects.filter(task_name=TASK, status__in=["todo", "doing"])
    first = waiting.order_by("id").values_list("args", flat=True).first()
    event = Event.objects.filter(pk=first["event_id"]).first() if first else None
    return event.at if event else None
