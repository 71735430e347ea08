"""Write orders with their lines and put them on the timeline, many at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

from django.db import connection, transaction

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_json, copy_rows
from rapport.people.models import Brand, User
from rapport.sales.order import Order, OrderLine
from rapport.timeline.content import plain
from rapport.timeline.receive import Received, receive

PRODUCTS_NAMED = 3
LINE = ("order_id", "line", "product", "quantity", "unit_price", "amount", "data")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class LineIn:
    """One line of an order. `line` is its number or key within the order; "" makes its content its key."""

    line: str
    product: str
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderIn:
    """One order, or some of its lines: lines known from earlier stay."""

    source: str
    external_id: str
    ordered_at: datetime
    party: Party
    lines: tuple[LineIn, ...]
    currency: str = ""
    brand: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id


@dataclass(frozen=True)
class Recorded:
    """What became of each line, in the order given. `customer_id` is None while nobody knows whose order it is."""

    order_id: int
    customer_id: int | None
    lines: tuple[Outcome, ...]


@dataclass(eq=False)
class Draft:
    """An order as it will stand: its lines by key, those that are new or changed, and its row if it has one."""

    order: OrderIn
    row: Order | None
    lines: dict[str, LineIn]
    fresh: dict[str, LineIn] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines.values()), Decimal(0))


@transaction.atomic
def record_orders(orders: Sequence[OrderIn], *, by: User | None, at: datetime) -> list[Recorded]:
    """Write ``orders``; a line known with the same content is skipped, with other content updated."""
    drafts = drafted(orders)
    outcomes = [tuple(lay(line, key, drafts[one.key]) for key, line in keyed(one.lines)) for one in orders]
    touched = [draft for draft in drafts.values() if draft.fresh or draft.row is None]
    received = receive([as_inbound(draft) for draft in touched], by=by, at=at)
    write(touched, received)
    if touched:
        record(Fact.ORDERS_RECORDED, [draft.row.pk for draft in touched if draft.row], by=by, at=at)
    owners = {draft.order.key: one.customer_id for draft, one in zip(touched, received, strict=True)}
    return [answer(drafts[one.key], owners, lines) for one, lines in zip(orders, outcomes, strict=True)]


def answer(draft: Draft, owners: Mapping[tuple[str, str], int | None], lines: tuple[Outcome, ...]) -> Recorded:
    row = draft.row
    if row is None:
        message = "an order is written before it is answered for"
        raise AssertionError(message)
    if draft.order.key in owners:
        return Recorded(row.pk, owners[draft.order.key], lines)
    return Recorded(row.pk, row.member.customer_id if row.member else None, lines)


def drafted(orders: Sequence[OrderIn]) -> dict[tuple[str, str], Draft]:
    """A draft per order, over what is known of it."""
    by_source: dict[str, set[str]] = {}
    for one in orders:
        by_source.setdefault(one.source, set()).add(one.external_id)
    rows = {
        (row.source, row.external_id): row
        for source, ids in by_source.items()
        for row in Order.objects.filter(source=source, external_id__in=ids)
        .select_related("member", "interaction")
        .prefetch_related("lines")
    }
    return {one.key: Draft(one, rows.get(one.key), known_lines(rows.get(one.key))) for one in reversed(orders)}


def known_lines(row: Order | None) -> dict[str, LineIn]:
    if row is None:
        return {}
    return {
        line.line: LineIn(line.line, line.product, line.quantity, line.unit_price, line.amount, line.data)
        for line in row.lines.all()
    }


def keyed(lines: Sequence[LineIn]) -> list[tuple[str, LineIn]]:
    """Each line with its key; equal lines without one are told apart by counting."""
    seen: Counter[str] = Counter()
    answer = []
    for line in lines:
        key = line.line
        if not key:
            content = blake2b(as_json(as_content(line)).encode(), digest_size=12).hexdigest()
            seen[content] += 1
            key = f"{content}-{seen[content]}"
        answer.append((key, replace(line, line=key)))
    return answer


def as_content(line: LineIn) -> tuple[object, ...]:
    # Added to 0, so that nothing at a minus equals nothing, as the database has it.
    numbers = [
        f"{(one + 0).normalize():f}" if one is not None else None
        for one in (line.quantity, line.unit_price, line.amount)
    ]
    return (line.product, *numbers, dict(line.data))


def lay(line: LineIn, key: str, draft: Draft) -> Outcome:
    """Lay a line over the draft; say whether that tells anything new."""
    before = draft.lines.get(key)
    if before is not None and as_content(before) == as_content(line):
        return Outcome.SKIPPED
    draft.lines[key] = draft.fresh[key] = line
    return Outcome.UPDATED if before else Outcome.CREATED


def as_inbound(draft: Draft) -> Inbound:
    """The order as the timeline shows it."""
    order = draft.order
    products = list(dict.fromkeys(line.product for line in draft.lines.values() if line.product))
    more = len(products) - PRODUCTS_NAMED
    named = ", ".join(products[:PRODUCTS_NAMED]) + (f" + {more}" if more > 0 else "")
    # What is cancelled comes with a minus; it is no sale to be added to.
    kind = "order" if draft.total >= 0 else "cancellation"
    return Inbound(
        source=order.source,
        external_id=f"order:{order.external_id}",
        at=order.ordered_at,
        channel=Channel.STORE,
        direction=Direction.INBOUND,
        kind=kind,
        parties=(order.party,),
        subject=named,
        amount=draft.total,
        currency=order.currency,
        brand=order.brand,
        data={"order": order.external_id, "lines": len(draft.lines)},
    )


def write(drafts: Sequence[Draft], received: Sequence[Received]) -> None:
    brands = {name: pk for pk, name in Brand.objects.values_list("pk", "name")}
    rows: list[Order] = []
    for draft, one in zip(drafts, received, strict=True):
        order = draft.order
        row = draft.row or Order(source=order.source, external_id=order.external_id, interaction_id=one.interaction_id)
        row.member_id, row.ordered_at, row.total = one.member_id, order.ordered_at, draft.total
        row.currency, row.brand_id = order.currency.upper()[:3], brands.get(order.brand)
        draft.row = row
        rows.append(row)
    known = {row.pk for row in rows if row.pk}
    Order.objects.bulk_create([row for row in rows if not row.pk])
    Order.objects.bulk_update(
        [row for row in rows if row.pk in known], ["member", "ordered_at", "total", "currency", "brand"], batch_size=500
    )
    lines = [(draft.row.pk, line) for draft in drafts if draft.row for line in draft.fresh.values()]
    with connection.cursor() as cursor:
        copy_rows(cursor, "sales_orderline", LINE, (as_row(*one) for one in lines if one[0] not in known))
    OrderLine.objects.bulk_create(
        [
            OrderLine(**dict(zip(LINE, as_row(*one)[:-1], strict=False)), data=dict(one[1].data))
            for one in lines
            if one[0] in known
        ],
        update_conflicts=True,
        unique_fields=["order", "line"],
        update_fields=["product", "quantity", "unit_price", "amount", "data"],
        batch_size=2_000,
    )


def as_row(order_id: int, line: LineIn) -> tuple[object, ...]:
    amounts = (line.quantity, line.unit_price, line.amount)
    return (order_id, plain(line.line)[:60], plain(line.product)[:400], *amounts, as_json(line.data))
