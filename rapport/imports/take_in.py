"""Take in a chunk of rows, all at once; a row that the database refuses is found and left out."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import DataError, IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.catalogue.record_products import Became, record_products
from rapport.channels.inbound import Inbound
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word
from rapport.consent.take_words import take_words
from rapport.customers.models import Member
from rapport.customers.records import RecordIn
from rapport.customers.say_wishes import say_wishes
from rapport.identity.register import Outcome, Registered, register
from rapport.imports.agreed import PREFIX, Columns, UnclearError, askable
from rapport.imports.deal_rows import DealRow, hidden_deals, with_members
from rapport.imports.fields import Kind
from rapport.imports.lead_rows import LeadRow, take_leads
from rapport.imports.link import Linked, Wish, link
from rapport.imports.plan import Plan
from rapport.imports.product_rows import ProductRow
from rapport.imports.reading import Reader, RowError, Surroundings, row_hash
from rapport.imports.translate import Item, LinkRow, OrderRow, translator
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.layouts import Row
from rapport.people.models import User
from rapport.sales.hidden import hidden
from rapport.sales.record_deals import keeper, record_deals
from rapport.sales.record_orders import OrderIn, record_orders
from rapport.timeline.beyond import beyond
from rapport.timeline.content import digest
from rapport.timeline.models import Receipt
from rapport.timeline.receive import Received, receive

OF_ANOTHER_TEAM = gettext_lazy("This already belongs to a customer of another team.")
IN_THE_TRASH = gettext_lazy("This belongs to a customer in the trash. Restore them, then import it again.")
NOBODY = gettext_lazy("Nobody works here yet whose deal it could be. Add somebody first.")
REMEMBERED = 200_000


class Status(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    FAILED = "failed"


class Result(NamedTuple):
    """What became of a row. `customer_id` is whose it is now; `item` is what was made of the row.

    `subject` is the member, the interaction or the order that the row is of.
    """

    status: Status
    reason: str = ""
    customer_id: int | None = None
    unassigned: bool = False
    item: Item | None = None
    subject: int | None = None
    linked: int = 0
    adrift: int = 0


FROM_RECEIVED = {"created": Status.CREATED, "known": Status.SKIPPED, "corrected": Status.UPDATED}
Place = tuple[int, Item]
Written = list[tuple[int, Result]]


@dataclass(frozen=True)
class ReadRows:
    """What rows mean: items by their places, and the results of those that mean nothing."""

    at: datetime
    count: int
    items: Sequence[Place]
    failed: Mapping[int, Result]
    agreed: Mapping[int, Sequence[Word]] = field(default_factory=dict)
    digests: Mapping[int, bytes] = field(default_factory=dict)


class Repeats:
    """Counts equal rows, so that two equal lines of an order without a number of their own stay two.

    Remembers the last ones only: equal rows stand close together, and memory stays flat.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, int] = OrderedDict()

    def key(self, row: Row) -> str:
        """An id for the row, the same whenever the same file is read."""
        digest = row_hash(row)
        times = self._seen.pop(digest, 0) + 1
        self._seen[digest] = times
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return digest if times == 1 else f"{digest}-{times}"


class Intake:
    """Takes in the rows of one plan, chunk by chunk, in the caller's transaction."""

    def __init__(self, plan: Plan, *, by: User | None, file: str = "") -> None:
        self.plan, self.by, self.file = plan, by, file or plan.source
        self.surroundings = Surroundings.now()
        # Read now: rows are read ahead on another thread, which has no part in this transaction.
        self.agreed = agreed_purposes(plan)
        self.may_agree = by is None or by.allows("consent.add_consent")
        self.repeats = Repeats()
        self.counts = plan.kind == Kind.ORDERS

    def pass_by(self, row: Row) -> None:
        """A row that was taken in earlier goes by again."""
        if self.counts:
            self.repeats.key(row)

    @property
    def asks(self) -> bool:
        """Whether only the database can tell what rows mean."""
        return self.surroundings.own.asks(self.plan)

    def take(self, rows: Sequence[Row], *, at: datetime) -> list[Result]:
        """What became of each of ``rows``."""
        return self.write_down(self.read(rows, at=at))

    def read(self, rows: Sequence[Row], *, at: datetime) -> ReadRows:
        """What each of ``rows`` means; to be called in their order."""
        self.surroundings.own.meet(rows, self.plan, by=self.by)
        translate = translator(self.plan, self.surroundings, at=at)
        columns = self.columns(at=at) if self.agreed else None
        failed: dict[int, Result] = {}
        items: list[Place] = []
        agreed: dict[int, Sequence[Word]] = {}
        for place, row in enumerate(rows):
            key = self.repeats.key(row) if self.counts else ""
            try:
                item = self.keyed(translate(sound(row)), key)
                if columns and isinstance(item, RecordIn):
                    agreed[place] = columns.words(row, item.identities)
                items.append((place, item))
            except (RowError, UnclearError) as problem:
                failed[place] = Result(Status.FAILED, str(problem)[:400])
        return ReadRows(at, len(rows), items, failed, agreed, digests_of(items, at=at))

    def columns(self, *, at: datetime) -> Columns:
        """What reads consents out of the rows."""
        reader = Reader(self.plan, self.surroundings)
        return Columns(self.agreed, reader.text, reader.moment, self.file, self.plan.source, at, self.may_agree)

    def write_down(self, read: ReadRows) -> list[Result]:
        """What became of each of the rows."""
        written = careful(read.items, lambda some: self.agree(self.write(some, read), read.agreed, at=read.at))
        results = {**read.failed, **dict(written)}
        return [results[place] for place in range(read.count)]

    def keyed(self, item: Item, key: str) -> Item:
        if not isinstance(item, OrderRow):
            return item
        line = item.line if item.line.line else replace(item.line, line=key.removeprefix("row:")[:60])
        return replace(item, external_id=item.external_id or key, line=line)

    def write(self, items: Sequence[Place], read: ReadRows) -> Written:
        if self.plan.kind == Kind.INTERACTIONS:
            return self.write_interactions(items, read.digests, at=read.at)
        writers: Mapping[Kind, Callable[..., Written]] = {
            Kind.ORDERS: self.write_orders,
            Kind.DEALS: self.write_deals,
            Kind.LEADS: self.write_leads,
            Kind.PRODUCTS: self.write_products,
            Kind.LINKS: self.write_links,
        }
        return writers.get(self.plan.kind, self.write_records)(items, at=read.at)

    def write_records(self, items: Sequence[Place], *, at: datetime) -> Written:
        records = [item for _place, item in items if isinstance(item, RecordIn)]
        done = register(records, by=self.by, at=at, key=self.plan.key)
        written = [(place, became(one, item)) for (place, item), one in zip(items, done, strict=True)]
        return self.write_wishes(written, at=at) if any(one.wishes for one in records) else written

    def write_wishes(self, written: Written, *, at: datetime) -> Written:
        """What customers wish; a record that says nothing else new is updated by it."""
        told: dict[int, list[tuple[str, str]]] = {}
        for _place, one in written:
            if one.subject and one.status is not Status.FAILED and isinstance(one.item, RecordIn):
                told.setdefault(one.subject, []).extend(one.item.wishes)
        anew = say_wishes(told, source=self.plan.source, by=self.by, at=at)
        changed = [one.customer_id for _place, one in written if one.subject in anew and one.status is Status.SKIPPED]
        if changed:
            record(Fact.CUSTOMERS_CHANGED, [pk for pk in changed if pk], by=self.by, at=at)
        return [
            (
                place,
                one._replace(status=Status.UPDATED) if one.subject in anew and one.status is Status.SKIPPED else one,
            )
            for place, one in written
        ]

    def agree(self, written: Written, agreed: Mapping[int, Sequence[Word]], *, at: datetime) -> Written:
        """What those who were taken in agreed to; a record that says nothing else new is updated by it."""
        told = [(place, word) for place, one in written if one.subject for word in agreed.get(place, ())]
        if not told:
            return written
        new = take_words([word for _place, word in told], by=self.by, at=at)
        anew = {place for (place, _word), is_new in zip(told, new, strict=True) if is_new}
        return [
            (place, one._replace(status=Status.UPDATED) if place in anew and one.status is Status.SKIPPED else one)
            for place, one in written
        ]

    def write_links(self, items: Sequence[Place], *, at: datetime) -> Written:
        rows = [item for _place, item in items if isinstance(item, LinkRow)]
        wishes = [Wish(row.near, row.far, row.means, row.role) for row in rows]
        done = link(wishes, by=self.by, at=at)
        return [(place, tied(one, item)) for (place, item), one in zip(items, done, strict=True)]

    def write_interactions(self, items: Sequence[Place], digests: Mapping[int, bytes], *, at: datetime) -> Written:
        inbounds = self.dated([item for _place, item in items if isinstance(item, Inbound)], at=at)
        closed = beyond(inbounds, sender=self.by)
        free = [pair for number, pair in enumerate(zip(items, inbounds, strict=True)) if number not in closed]
        contents = [digests.get(place) or digest(inbound) for (place, _item), inbound in free]
        done = receive([inbound for _item, inbound in free], by=self.by, at=at, digests=contents)
        return [
            *(
                (items[number][0], Result(Status.FAILED, str(OF_ANOTHER_TEAM), item=inbounds[number]))
                for number in closed
            ),
            *self.received([item for item, _inbound in free], done),
        ]

    def received(self, items: Sequence[Place], done: Sequence[Received]) -> Written:
        return [
            (
                place,
                Result(
                    FROM_RECEIVED[one.outcome], "", one.customer_id, one.customer_id is None, item, one.interaction_id
                ),
            )
            for (place, item), one in zip(items, done, strict=True)
        ]

    def dated(self, inbounds: Sequence[Inbound], *, at: datetime) -> list[Inbound]:
        """What came without a moment keeps the one it was given when it first came."""
        undated = [one.external_id for one in inbounds if one.at is at]
        if not undated:
            return list(inbounds)
        known = Receipt.objects.filter(source=self.plan.source, external_id__in=undated)
        moments = dict(known.values_list("external_id", "interaction__at"))
        return [one._replace(at=moments.get(one.external_id, at)) if one.at is at else one for one in inbounds]

    def write_orders(self, items: Sequence[Place], *, at: datetime) -> Written:
        rows: dict[str, list[tuple[int, OrderRow]]] = {}
        for place, item in items:
            if isinstance(item, OrderRow):
                rows.setdefault(item.external_id, []).append((place, item))
        written: Written = []
        closed = hidden(self.plan.source, list(rows), sender=self.by)
        written += [
            (place, Result(Status.FAILED, str(OF_ANOTHER_TEAM), item=item))
            for key in closed
            for place, item in rows[key]
        ]
        free = [group for key, group in rows.items() if key not in closed]
        orders = [self.order([item for _place, item in group]) for group in free]
        for group, one in zip(free, record_orders(orders, by=self.by, at=at), strict=True):
            for (place, item), outcome in zip(group, one.lines, strict=True):
                nobodys = one.customer_id is None
                written.append((place, Result(Status(outcome), "", one.customer_id, nobodys, item, one.order_id)))
        return written

    def write_deals(self, items: Sequence[Place], *, at: datetime) -> Written:
        rows = [(place, item) for place, item in items if isinstance(item, DealRow)]
        if keeper(self.by) is None:
            return [(place, Result(Status.FAILED, str(NOBODY), item=item)) for place, item in rows]
        closed = hidden_deals(self.plan.source, (item.deal.external_id for _place, item in rows), sender=self.by)
        free = [(place, item) for place, item in rows if item.deal.external_id not in closed]
        deals = with_members([item for _place, item in free], by=self.by)
        done = record_deals(deals, by=self.by, at=at)
        homes = dict(Member.objects.filter(pk__in={one.member_id for one in done}).values_list("pk", "customer_id"))
        return [
            *(
                (place, Result(Status.FAILED, str(OF_ANOTHER_TEAM), item=item))
                for place, item in rows
                if item.deal.external_id in closed
            ),
            *(
                (
                    place,
                    Result(
                        Status(one.outcome),
                        "",
                        homes.get(one.member_id or 0),
                        one.member_id is None,
                        item,
                        one.deal_id,
                    ),
                )
                for (place, item), one in zip(free, done, strict=True)
            ),
        ]

    def write_leads(self, items: Sequence[Place], *, at: datetime) -> Written:
        rows = [(place, item) for place, item in items if isinstance(item, LeadRow)]
        done = take_leads([item for _place, item in rows], by=self.by, at=at)
        return [
            (
                place,
                Result(
                    FROM_RECEIVED[one.outcome], "", one.customer_id, one.customer_id is None, item, one.interaction_id
                )
                if one.outcome
                else Result(Status.FAILED, str(OF_ANOTHER_TEAM), item=item),
            )
            for (place, item), one in zip(rows, done, strict=True)
        ]

    def write_products(self, items: Sequence[Place], *, at: datetime) -> Written:
        rows = [(place, item) for place, item in items if isinstance(item, ProductRow)]
        told = [item.product for _place, item in rows]
        done = record_products(told, by=self.by, at=at, today=localdate(at))
        return [
            (
                place,
                Result(Status.FAILED, one.reason[:400], item=item)
                if one.outcome is Became.REFUSED
                else Result(Status(one.outcome), item=item, subject=one.product_id),
            )
            for (place, item), one in zip(rows, done, strict=True)
        ]

    def order(self, rows: Sequence[OrderRow]) -> OrderIn:
        first = rows[0]
        party = next((row.party for row in rows if row.party.clues), first.party)
        currency = next((row.currency for row in rows if row.currency), "")
        lines = tuple(row.line for row in rows)
        return OrderIn(self.plan.source, first.external_id, first.ordered_at, party, lines, currency, first.brand)


def digests_of(items: Sequence[Place], *, at: datetime) -> dict[int, bytes]:
    """The contents of interactions by their places; one without a moment of its own is still to get it."""
    return {place: digest(item) for place, item in items if isinstance(item, Inbound) and item.at is not at}


def agreed_purposes(plan: Plan) -> list[Purpose]:
    """Those that a column of the plan tells of."""
    mapped = any(name.startswith(PREFIX) for name in plan.fields)
    return [one for one in askable() if PREFIX + one.code in plan.fields] if mapped else []


def became(one: Registered, item: Item) -> Result:
    if one.outcome is Outcome.REFUSED:
        return Result(Status.FAILED, str(IN_THE_TRASH if one.trashed else OF_ANOTHER_TEAM), item=item)
    return Result(Status(one.outcome), customer_id=one.customer_id, item=item, subject=one.member_id)


def tied(one: Linked, item: Item) -> Result:
    status = Status.FAILED if one.reason else Status.CREATED if one.fresh else Status.SKIPPED
    return Result(status, one.reason[:400], item=item, subject=one.subject, linked=one.linked, adrift=one.adrift)


def sound(row: Row) -> Row:
    if row.trouble == "too long":
        raise RowError(_("a line of more than a million characters"))
    if row.trouble == "never closed":
        raise RowError(_("the file ends within this row: a quote is never closed"))
    return row


def careful(items: Sequence[Place], write: Callable[[Sequence[Place]], Written]) -> Written:
    """Write all, or, when the database refuses, each half by itself, down to the row that it refuses."""
    if not items:
        return []
    try:
        with transaction.atomic():
            return write(items)
    except (DataError, IntegrityError, UnicodeEncodeError) as problem:
        if len(items) == 1:
            return [(items[0][0], Result(Status.FAILED, str(problem).partition("\n")[0][:400]))]
    half = len(items) // 2
    return careful(items[:half], write) + careful(items[half:], write)
