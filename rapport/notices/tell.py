"""Tell users what an event means for them: once, in groups, as they chose, and never of their own deeds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from rapport.journal.models import Event, Fact
from rapport.journal.record import record
from rapport.notices.models import USUAL, Choice, Heard, Kind, Way

# What comes in floods is told of the newest so many customers.
MOST = 100


@dataclass(frozen=True)
class Told:
    """One thing that one user is to hear. `member_id` is the record, `channel` a part of the kind."""

    user_id: int
    kind: Kind
    at: datetime
    channel: str = ""
    member_id: int | None = None
    reminder_id: int | None = None
    task_id: int | None = None
    interaction_id: int | None = None
    actor_id: int | None = None
    count: int = 1
    first_at: datetime | None = None
    quiet: bool = False
    words: str = ""
    link: str = ""

    @property
    def group(self) -> tuple[int, Kind, str, int | None, int | None]:
        return self.user_id, self.kind, self.channel, self.member_id, self.reminder_id


@transaction.atomic
def tell(event: Event, news: Iterable[Told], *, at: datetime) -> None:
    """Write ``news`` of an event down; asked again for the same event, nothing."""
    _heard, made = Heard.objects.get_or_create(event=event, defaults={"at": at})
    if not made:
        return
    others = [one for one in news if one.actor_id is None or one.actor_id != one.user_id]
    groups = bounded(grouped(as_chosen(others)))
    if not groups:
        return
    write(groups)
    record(Fact.NOTICES_ARRIVED, {one.user_id for one in groups}, by=None, at=at)


def as_chosen(news: Sequence[Told]) -> list[Told]:
    """Without what nobody wants to hear; what is for the digest is quiet."""
    rows = Choice.objects.filter(user__in={one.user_id for one in news}).values_list("user", "kind", "way")
    chosen = {(user, kind): way for user, kind, way in rows}
    ways = [(one, chosen.get((one.user_id, one.kind), USUAL[one.kind])) for one in news]
    return [replace(one, quiet=way == Way.DIGEST) for one, way in ways if way != Way.OFF]


def grouped(news: Iterable[Told]) -> list[Told]:
    """One for each group: the newest, with how many there are."""
    groups: dict[tuple[object, ...], list[Told]] = defaultdict(list)
    for one in news:
        groups[one.group].append(one)
    return [
        replace(
            max(several, key=lambda one: (one.at, one.interaction_id or 0)),
            count=len(several),
            first_at=min(one.at for one in several),
        )
        for several in groups.values()
    ]


def bounded(groups: Iterable[Told]) -> list[Told]:
    by_user: dict[int, list[Told]] = defaultdict(list)
    for one in sorted(groups, key=lambda one: one.at, reverse=True):
        by_user[one.user_id].append(one)
    # In one order, so that two who write to the same groups wait instead of locking up.
    return sorted(
        (one for several in by_user.values() for one in several[:MOST]),
        key=lambda one: (one.user_id, one.kind, one.channel, one.member_id or 0, one.reminder_id or 0),
    )


def write(groups: Sequence[Told]) -> None:
    columns: list[list[Any]] = [
        [getattr(one, name) for one in groups]
        for name in ("user_id", "member_id", "reminder_id", "task_id", "interaction_id", "actor_id", "count")
    ]
    columns += [[str(one.kind) for one in groups], [one.channel for one in groups]]
    columns += [[one.first_at or one.at for one in groups], [one.at for one in groups]]
    columns += [[one.quiet for one in groups], [one.words for one in groups], [one.link for one in groups]]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns)


WRITE = """
INSERT INTO notices_notice AS n
    (user_id, member_id, reminder_id, task_id, interaction_id, actor_id, count, kind, channel, first_at, at, quiet,
    words, link)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::boolean[], %s::text[], %s::text[])
ON CONFLICT (user_id, kind, channel, member_id, reminder_id) WHERE read_at IS NULL DO UPDATE SET
    count = n.count + excluded.count,
    first_at = least(n.first_at, excluded.first_at),
    interaction_id = CASE WHEN excluded.at >= n.at THEN excluded.interaction_id ELSE n.interaction_id END,
    task_id = CASE WHEN excluded.at >= n.at THEN excluded.task_id ELSE n.task_id END,
    actor_id = CASE WHEN excluded.at >= n.at THEN excluded.actor_id ELSE n.actor_id END,
    words = CASE WHEN excluded.at >= n.at THEN excluded.words ELSE n.words END,
    link = CASE WHEN excluded.at >= n.at THEN excluded.link ELSE n.link END,
    at = greatest(n.at, excluded.at),
    quiet = n.quiet AND excluded.quiet,
    digested_at = NULL
"""
