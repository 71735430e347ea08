"""Read the pieces of a customer as they stood at a past moment; each in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.consent.standing import barred_at
from rapport.consent.ways import Way
from rapport.customers.detail import language_name
from rapport.customers.models import Address, Condition, Customer, Identifier, Member, Relationship
from rapport.customers.own import names_of
from rapport.customers.veil import hidden_kinds, thinned
from rapport.fields.models import CustomField
from rapport.fields.sensitivity import MASK
from rapport.fields.words import in_words as value_in_words
from rapport.people.models import User
from rapport.profile.history import Names, as_words, referred
from rapport.profile.reach import REACHED_BY
from rapport.profile.relatives import INWARD, OUTWARD
from rapport.profile.rows_then import rows_then
from rapport.profile.worth import CONDITIONS, Total
from rapport.sales.order import Order
from rapport.timeline.models import ChannelChoice, Participation
from rapport.timeline.silence import in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELDS = (
    *("street", "postcode", "city", "region", "country"),
    *("language", "time_zone", "website", "tags", "owner", "team"),
)
Kind = Identifier.Kind


@dataclass(frozen=True)
class Said:
    """A field of the record as it stood, and as it stands today."""

    title: "StrOrPromise"
    then: str
    now: str

    @property
    def differs(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True)
class Reached:
    """A way by which they could be reached; `gone` when it is not theirs any more."""

    kind: str
    title: "StrOrPromise"
    value: str
    gone: bool
    barred: bool


@dataclass(frozen=True)
class Stood:
    """Somebody who stood near."""

    customer_id: int
    name: str
    words: "StrOrPromise"
    role: str


@dataclass(frozen=True)
class Used:
    """How often a channel had been used, both ways together, and when last."""

    channel: str
    title: "StrOrPromise"
    count: int
    last_at: datetime


@dataclass(frozen=True)
class Held:
    """A condition that held."""

    name: "StrOrPromise"
    since: datetime
    evidence: str


def said_then(record: Any, today: Customer) -> Iterator[Said]:
    """The fields of the golden record that were filled then or are today."""
    people: Names = referred(Customer, [record, today])
    columns = {one.name: one for one in Customer._meta.concrete_fields}  # noqa: SLF001
    for column in (columns[name] for name in FIELDS):
        then, now = (as_words(column, getattr(row, column.attname), people) for row in (record, today))
        if column.name == "language":
            then, now = (language_name(code) if code else "" for code in (then, now))
        if then or now:
            yield Said(column.verbose_name, then, now)


def own_then(record: Any, today: Customer, fields: Sequence[CustomField], reader: User) -> Iterator[Said]:
    """The organisation's own fields that were filled then or are today; what follows from others is not kept."""
    kept = [one for one in fields if not one.computed]
    names = names_of(kept, [record.extra, today.extra], reader=reader)
    for one in kept:
        then, now = (value_in_words(one, row.extra.get(one.key), names) for row in (record, today))
        if then or now:
            yield Said(one.label, then, now)


def ways_then(member_ids: Sequence[int], at: datetime, *, reader: User) -> list[Reached]:
    """Each way once, in the order in which one reaches for them."""
    where = Q(member__in=member_ids, kind__in=REACHED_BY)
    seen = {(row.kind, row.namespace, row.key): row for row in rows_then(Identifier, where, at=at)}
    today = set(Identifier.objects.filter(where).values_list("kind", "namespace", "key"))
    barred = barred_at({(row.kind, row.key) for row in seen.values() if row.kind in Way.values}, at=at)
    closed = hidden_kinds(reader)
    ranked = sorted(seen.items(), key=lambda one: (REACHED_BY.index(Kind(one[1].kind)), one[1].value))
    return [
        Reached(
            row.kind,
            row.label or Kind(row.kind).label,
            MASK if row.kind in closed else row.value,
            gone=proof not in today,
            barred=(row.kind, row.key) in barred,
        )
        for proof, row in ranked
    ]


def addresses_then(member_ids: Sequence[int], at: datetime, *, reader: User) -> list[str]:
    told = (
        ", ".join(part for part in (row.street, f"{row.postcode} {row.city}".strip(), row.country) if part)
        for row in thinned(rows_then(Address, Q(member__in=member_ids), at=at), reader=reader)
    )
    return sorted(set(told) - {""})


def relatives_then(member_ids: Sequence[int], at: datetime, *, reader: User) -> list[Stood]:
    """Those who stood near on that day, from either side, without those whom ``reader`` may not see."""
    where, day = Q(member__in=member_ids) | Q(other__in=member_ids), timezone.localdate(at)
    ties = [row for row in rows_then(Relationship, where, at=at) if holds(row, day)]
    mine = set(member_ids)
    ends = {row.other_id if row.member_id in mine else row.member_id for row in ties} - mine
    seen = Member.objects.visible_to(reader).filter(pk__in=ends).values_list("pk", "customer_id", "customer__name")
    people = {pk: (customer_id, name) for pk, customer_id, name in seen}
    told: dict[Stood, None] = {}
    for row in ties:
        outward = row.member_id in mine
        found = people.get(row.other_id if outward else row.member_id)
        if found:
            words = (OUTWARD if outward else INWARD)[Relationship.Kind(row.kind)]
            told[Stood(*found, str(words), row.role)] = None
    return list(told)


def holds(row: Any, day: object) -> bool:
    return not (row.since and row.since > day) and not (row.until and row.until <= day)


def tasks_then(member_ids: Sequence[int], at: datetime) -> list[Any]:
    """What was open, the next due first."""
    was = [row for row in rows_then(Task, Q(member__in=member_ids), at=at) if row.done_at is None]
    return sorted(was, key=lambda row: (row.due_at is None, row.due_at or at, row.title))


def conditions_then(customer_ids: Sequence[int], at: datetime) -> list[Held]:
    held = Condition.objects.filter(customer__in=customer_ids, since__lte=at).filter(Q(until=None) | Q(until__gt=at))
    return [Held(CONDITIONS.get(one.name, one.name), one.since, in_words(one.evidence)) for one in held]


def orders_then(member_ids: Sequence[int], at: datetime, *, reader: User) -> list[Total]:
    """What had been ordered, per currency, the largest first."""
    theirs = Order.objects.visible_to(reader).filter(member__in=member_ids, ordered_at__lte=at)
    rows = theirs.values_list("currency").annotate(total=Sum("total"), count=Count("pk")).order_by("-total")
    return [Total(currency, total, count) for currency, total, count in rows]


def used_then(member_ids: Sequence[int], at: datetime) -> list[Used]:
    """The channels by how often they had been used, what was among ourselves left out."""
    took_part = Participation.objects.filter(member__in=member_ids, at__lte=at)
    rows = (
        took_part.exclude(interaction__direction="internal")
        .values_list("interaction__channel")
        .annotate(count=Count("interaction", distinct=True), last=Max("at"))
        .order_by("-count", "interaction__channel")
    )
    return [Used(channel, ChannelChoice(channel).label, count, last) for channel, count, last in rows]
