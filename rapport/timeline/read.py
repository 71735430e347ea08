"""Read a timeline: newest first, page by page, in a fixed number of queries whatever the history."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from rapport.customers.veil import hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.lib.moments import in_utc
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.timeline.clues import hides
from rapport.timeline.mentions import named_in, said_now
from rapport.timeline.models import Participation, circles_of

LIMIT = 30


@dataclass(frozen=True)
class Cursor:
    """A place in a timeline, between two interactions."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """The place that was written as ``text``; None for anything else."""
        at, _, pk = text.rpartition("_")
        try:
            return cls(in_utc(datetime.fromisoformat(at)), int(pk))
        except ValueError:
            return None


@dataclass(frozen=True)
class Filters:
    """What to show; an empty field shows all. `person` is part of a name or address of somebody who took part.

    `received_by` is the last moment at which it had come to us.
    """

    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    role: str = ""
    person: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    received_by: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Seat:
    """Somebody who took part. `name` and `customer_id` are empty for strangers and for customers of another team."""

    member_id: int | None
    customer_id: int | None
    name: str
    role: str
    main: bool
    kind: str
    value: str


@dataclass(frozen=True)
class Piece:
    """What another room shows on a line: `about` in ``template``; ``alone`` keeps the line from being folded away."""

    template: str
    about: object
    alone: bool = False


@dataclass(frozen=True)
class Entry:
    """One interaction with all that its line shows; `beside` is what rooms further down say of it.

    Of what is ``private`` it says only that it was, when, which way and with whom of ours (`keepers`). `mentioned` are
    the names of the colleagues whom its text speaks to.
    """

    id: int
    channel: str
    direction: str
    kind: str
    at: datetime
    received_at: datetime
    source: str
    external_id: str
    subject: str
    text: str
    amount: Decimal | None
    currency: str
    touchpoint: str
    version: int
    brand: str
    author_id: int | None
    author: str
    circles: Sequence[int]
    keepers: str
    data: Mapping[str, object]
    seats: tuple[Seat, ...]
    beside: tuple[Piece, ...] = ()
    private: bool = False
    mentioned: tuple[str, ...] = ()

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.id)


@dataclass(frozen=True)
class Page:
    """Some of a timeline; ``next`` is where the following page begins, None at the end."""

    entries: tuple[Entry, ...]
    next: Cursor | None


def timeline_of(
    member_ids: Sequence[int],
    *,
    reader: User,
    before: Cursor | None = None,
    down_to: Cursor | None = None,
    filters: Filters | None = None,
    limit: int = LIMIT,
) -> Page:
    """The interactions of these members, each once: those older than ``before``, not older than ``down_to``."""
    where, given = conditions(filters or Filters(), before, down_to, reader=reader)
    values: list[Any] = [sorted(member_ids), *given, limit + 1, limit + 1]
    with connection.cursor() as cursor:
        cursor.execute(PAGE.format(where=where), values)
        rows = cursor.fetchall()
    seats = seats_of([row[0] for row in rows[:limit]], reader=reader)
    entries = with_names([entry(row, seats[row[0]], reader) for row in rows[:limit]])
    return Page(entries, entries[-1].cursor if len(rows) > limit else None)


def entries_of(interaction_ids: Iterable[int], *, reader: User) -> dict[int, Entry]:
    """These interactions by id; the caller has made sure that ``reader`` may see them."""
    ids = sorted(set(interaction_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ONES, [ids])
        rows = cursor.fetchall()
    seats = seats_of(ids, reader=reader)
    return {one.id: one for one in with_names([entry(row, seats[row[0]], reader) for row in rows])}


def entry(row: Sequence[Any], seats: tuple[Seat, ...], reader: User) -> Entry:
    *values, data = row
    found = Entry(**dict(zip(NAMES, values, strict=True)), data=json.loads(data), seats=seats)
    if not found.circles or set(found.circles).intersection(circles_of(reader)):
        return found
    mine = tuple(replace(seat, kind="", value="") for seat in seats if seat.member_id)
    hidden: dict[str, Any] = {"subject": "", "text": "", "touchpoint": "", "external_id": "", "version": 1, "data": {}}
    return replace(found, **hidden, amount=None, currency="", seats=mine, private=True)


def with_names(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """``entries`` with the present names of the colleagues they speak to; nothing is asked when they speak to nobody."""
    spoken = set().union(*(named_in(one.data) for one in entries))
    if not spoken:
        return tuple(entries)
    names = {one.pk: str(one) for one in User.objects.filter(pk__in=spoken)}
    return tuple(with_name(one, names) if named_in(one.data) else one for one in entries)


def with_name(one: Entry, names: Mapping[int, str]) -> Entry:
    text, subject = (said_now(getattr(one, field), one.data, field, names) for field in ("text", "subject"))
    spoken = tuple(names[pk] for pk in sorted(named_in(one.data)) if pk in names)
    return replace(one, text=text, subject=subject, mentioned=spoken)


def conditions(
    filters: Filters, before: Cursor | None, down_to: Cursor | None, *, reader: User
) -> tuple[str, list[object]]:
    """The filters as SQL over `p` (participation) and `i` (interaction), with their values."""
    places: tuple[tuple[str, list[object]], ...] = (
        ("(p.at, p.interaction_id) < (%s, %s)", [before.at, before.id] if before else []),
        ("(p.at, p.interaction_id) >= (%s, %s)", [down_to.at, down_to.id] if down_to else []),
        ("p.at >= %s", [filters.since] if filters.since else []),
        ("p.at < %s", [filters.until] if filters.until else []),
        ("i.received_at <= %s", [filters.received_by] if filters.received_by else []),
        ("p.role = %s", [filters.role] if filters.role else []),
    )
    parts = [(sql, given) for sql, given in places if given]
    for column in ("channel", "direction", "kind"):
        wanted = getattr(filters, f"{column}s")
        if wanted:
            parts.append((f"i.{column} = ANY(%s)", [list(wanted)]))
    if filters.text or filters.person:
        # What is private must not be guessed, word by word.
        parts.append(("(cardinality(i.circles) = 0 OR i.circles && %s::bigint[])", [circles_of(reader)]))
    parts.extend((HAS_TEXT, [part_of(word)] * 2) for word in filters.text.split())
    if filters.person:
        # A name that is not shown must not be guessed either, letter by letter.
        sees_all = reader.sees_all
        name, scopes = part_of(filters.person), [] if sees_all else scopes_of(reader)
        parts.append((HAS_PERSON, [name, name, not hidden_kinds(reader), name, sees_all, scopes]))
    return "".join(f" AND {sql}" for sql, _ in parts), [value for _, values in parts for value in values]


def part_of(text: str) -> str:
    """A LIKE pattern for anything that contains ``text``."""
    escaped = text.replace("\x00", "").replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def seats_of(interaction_ids: Sequence[int], *, reader: User) -> defaultdict[int, tuple[Seat, ...]]:
    """Who took part in each; customers that ``reader`` may not see stay nameless, and addresses of hidden kinds covered."""
    scopes, closed = None if reader.sees_all else set(scopes_of(reader)), hidden_kinds(reader)
    rows = (
        Participation.objects.filter(interaction__in=interaction_ids)
        .order_by("interaction_id", "-main", "pk")
        .values_list(
            "interaction_id",
            "member_id",
            "role",
            "main",
            "clue_kind",
            "clue_value",
            "member__customer_id",
            "member__customer__scope_id",
            "member__customer__name",
        )
    )
    seats: defaultdict[int, tuple[Seat, ...]] = defaultdict(tuple)
    for interaction_id, member_id, role, main, kind, value, customer_id, scope_id, name in rows:
        seat = Seat(member_id, customer_id, name or "", role, main, kind, MASK if hides(closed, kind, value) else value)
        if scopes is not None and scope_id not in scopes:
            seat = replace(seat, member_id=None, customer_id=None, name="")
        seats[interaction_id] += (seat,)
    return seats


HAS_TEXT = "(i.subject ILIKE %s OR i.text ILIKE %s)"
HAS_PERSON = """(i.author_id IN (SELECT id FROM people_user WHERE name ILIKE %s) OR EXISTS (
    SELECT FROM timeline_participation o LEFT JOIN customers_member om ON om.id = o.member_id
    LEFT JOIN customers_customer oc ON oc.id = om.customer_id
    WHERE o.interaction_id = p.interaction_id AND (o.clue_value ILIKE %s AND %s OR oc.name ILIKE %s AND (%s OR oc.scope_id = ANY(%s)))))"""
NAMES = tuple(one.name for one in fields(Entry))[:-5]
KEEPERS = """SELECT coalesce(string_agg(DISTINCT k.name, ', '), '') FROM timeline_circle c
    JOIN people_user k ON k.id = c.keeper_id WHERE c.id = ANY(i.circles)"""
COLUMNS = f"""i.id, i.channel, i.direction, i.kind, i.at, i.received_at, i.source, coalesce(r.external_id, ''),
    i.subject, i.text, i.amount, i.currency, i.touchpoint, i.version,
    coalesce(b.name, ''), i.author_id, coalesce(u.name, ''), i.circles, CASE WHEN cardinality(i.circles) = 0 THEN '' ELSE ({KEEPERS}) END, i.data"""
BESIDE = """LEFT JOIN timeline_receipt r ON r.interaction_id = i.id LEFT JOIN people_brand b ON b.id = i.brand_id
LEFT JOIN people_user u ON u.id = i.author_id"""
# Each member's newest come straight from the index; only these few are then put in one order.
PAGE = f"""
SELECT {COLUMNS} FROM (
    SELECT DISTINCT newest.at, newest.interaction_id
    FROM unnest(%s::bigint[]) AS of(member_id), LATERAL (
        SELECT DISTINCT ON (p.at, p.interaction_id) p.at, p.interaction_id
        FROM timeline_participation p JOIN timeline_interaction i ON i.id = p.interaction_id
        WHERE p.member_id = of.member_id{{where}}
        ORDER BY p.at DESC, p.interaction_id DESC LIMIT %s
    ) newest ORDER BY newest.at DESC, newest.interaction_id DESC LIMIT %s
) found JOIN timeline_interaction i ON i.id = found.interaction_id
{BESIDE}
ORDER BY found.at DESC, found.interaction_id DESC
"""  # noqa: S608
ONES = f"SELECT {COLUMNS} FROM timeline_interaction i {BESIDE} WHERE i.id = ANY(%s)"  # noqa: S608
