"""Write by hand what people say of many customers at once, and lay it back: field by field, a few statements a set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from rapport.customers.compute import compute
from rapport.customers.golden import FIELDS, OWN, Value
from rapport.customers.models import BY_HAND, Customer, Member, SourceRecord
from rapport.customers.records import claims
from rapport.lib.copying import as_json

EMPTY: Mapping[str, Value] = {"tags": []}
# What stood in a field before: whether it spoke, what it said, since when; and what was written.
Entry = list[Any]


@dataclass
class Trace:
    """What was written on one record by hand. ``fresh`` says that it was made for it."""

    record: int
    fresh: bool
    seen: str
    fields: dict[str, Entry] = field(default_factory=dict)

    def kept(self) -> list[Any]:
        return [self.record, self.fresh, self.seen, self.fields]


def write_by_hand(changes: Mapping[int, Mapping[str, Value]], *, at: datetime) -> dict[int, Trace]:
    """Write ``changes`` (customer → golden field → value; an empty value clears), computed but not yet told.

    The customers are locked in the order of their ids, as everybody does who locks several.
    """
    ids = sorted(changes)
    lock(ids)
    hands = by_home(ids)
    fresh = new_records(set(ids) - hands.keys(), at)
    traces: dict[int, Trace] = {}
    for pk, hand in (hands | fresh).items():
        traces[pk] = Trace(hand.pk, pk in fresh, hand.seen_at.isoformat(), written(hand, changes[pk], at))
    save(hands.values())
    for pk, made in zip(fresh, SourceRecord.objects.bulk_create(fresh.values()), strict=True):
        traces[pk].record = made.pk
    compute(ids)
    return traces


def lock(ids: Iterable[int]) -> None:
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def by_home(ids: Iterable[int]) -> dict[int, SourceRecord]:
    """What was written by hand about each; it stays with the customer when a merge is taken back."""
    rows = SourceRecord.objects.filter(source=BY_HAND, member__home__in=ids).order_by("-pk").defer("raw")
    return {row.member.home_id: row for row in rows.select_related("member")}


def new_records(ids: Iterable[int], at: datetime) -> dict[int, SourceRecord]:
    members = Member.objects.filter(home__in=ids).order_by("home", "pk").distinct("home")
    return {
        home: SourceRecord(member_id=pk, source=BY_HAND, external_id=f"member:{pk}", first_seen_at=at, seen_at=at)
        for home, pk in members.values_list("home", "pk")
    }


def written(hand: SourceRecord, changes: Mapping[str, Value], at: datetime) -> dict[str, Entry]:
    """Lay ``changes`` over what was said by hand; what stood there before."""
    unknown = {name for name in changes if name not in FIELDS and not name.startswith(OWN)}
    if unknown:
        message = f"no such field: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    cleaned, moment = claims(changes), at.isoformat()
    before: dict[str, Entry] = {}
    for name in changes:
        value = cleaned.get(name, EMPTY.get(name, None if name.startswith(OWN) else ""))
        before[name] = [name in hand.claims, hand.claims.get(name), hand.said_at.get(name), value]
        hand.claims[name], hand.said_at[name] = value, moment
    hand.seen_at = at
    return before


def save(hands: Iterable[SourceRecord]) -> None:
    rows = [
        {"id": one.pk, "claims": one.claims, "said_at": one.said_at, "seen_at": one.seen_at.isoformat()}
        for one in hands
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE customers_sourcerecord record
               SET claims = given.claims, said_at = given.said_at, seen_at = given.seen_at
               FROM jsonb_to_recordset(%s::jsonb) AS given(id bigint, claims jsonb, said_at jsonb, seen_at timestamptz)
               WHERE record.id = given.id""",
            [as_json(rows)],
        )


def moved_since(traces: Mapping[int, Trace], *, at: datetime) -> dict[int, list[str]]:
    """By customer the fields in which somebody has written something else since ``at``."""
    hands = records(traces)
    found = {
        pk: [name for name, entry in trace.fields.items() if otherwise(hands.get(trace.record), name, entry, at)]
        for pk, trace in traces.items()
    }
    return {pk: names for pk, names in found.items() if names}


def records(traces: Mapping[int, Trace]) -> dict[int, SourceRecord]:
    wanted = [trace.record for trace in traces.values()]
    rows = SourceRecord.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").defer("raw")
    return {row.pk: row for row in rows.select_related("member")}


def otherwise(hand: SourceRecord | None, name: str, entry: Entry, at: datetime) -> bool:
    return hand is None or hand.said_at.get(name) != at.isoformat() or hand.claims.get(name) != entry[3]


def lay_back(traces: Mapping[int, Trace], *, at: datetime, fields: Mapping[int, Iterable[str]]) -> list[int]:
    """Let ``fields`` (by customer) say again what they said before ``at``; the customers that were computed anew."""
    hands = records(traces)
    homes = sorted({hand.member.customer_id for hand in hands.values()})
    lock(homes)
    hands = records(traces)
    goes: list[int] = []
    stays: list[SourceRecord] = []
    for pk, trace in traces.items():
        hand = hands.get(trace.record)
        if hand is None:
            continue
        for name in fields.get(pk, ()):
            restored(hand, name, trace.fields[name])
        if trace.fresh and not hand.claims and hand.first_seen_at == at:
            goes.append(hand.pk)
        else:
            hand.seen_at = datetime.fromisoformat(trace.seen) if hand.seen_at == at else hand.seen_at
            stays.append(hand)
    save(stays)
    SourceRecord.objects.filter(pk__in=goes).delete()
    compute(homes)
    return homes


def restored(hand: SourceRecord, name: str, entry: Entry) -> None:
    spoke, value, moment, _new = entry
    if not spoke:
        hand.claims.pop(name, None)
        hand.said_at.pop(name, None)
        return
    hand.claims[name] = value
    if moment is None:
        hand.said_at.pop(name, None)
    else:
        hand.said_at[name] = moment


def as_traces(kept: Mapping[str, list[Any]]) -> dict[int, Trace]:
    """Traces as a change keeps them."""
    return {int(pk): Trace(*one) for pk, one in kept.items()}


def to_keep(traces: Mapping[int, Trace]) -> dict[str, list[Any]]:
    return {str(pk): trace.kept() for pk, trace in traces.items()}
