"""Orders over the API: recorded with their lines, and read."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.db import DataError
from django.http import Http404
from django.utils import timezone
from ninja import Query
from psycopg.errors import NumericValueOutOfRange
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.reach import survivor
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.hidden import hidden
from rapport.sales.order import Order, OrderLine
from rapport.sales.record_orders import LineIn, OrderIn, Outcome, record_orders
from rapport.timeline.beyond import NOT_YOURS
from rapport.timeline.payloads import Amount, Currency, IdentifierIn, Key, Moment, Name, Past, parties
from rapport.ui.problem import Fault, ProblemError

MOST_LINES = 1_000
MOST_IDENTIFIERS = 20
LARGEST = 10**14


class NewLine(Given):
    line: Annotated[str, Field(max_length=60)] = Field(default="", description="Its number or key in the order.")
    product: Line = ""
    quantity: Amount = Decimal(1)
    unit_price: Amount | None = None
    amount: Amount | None = Field(default=None, description="Quantity times unit price unless said otherwise.")

    def as_line(self, place: int) -> LineIn:
        amount = self.amount
        if amount is None and self.unit_price is not None:
            amount = self.quantity * self.unit_price
        if amount is None or abs(amount) >= LARGEST:
            detail = "An amount or a unit price is needed." if amount is None else "This amount is too large."
            raise ProblemError(422, f"lines.{place}: {detail}", [Fault(detail, f"#/lines/{place}/amount")])
        amount = round(amount, 4)
        return LineIn(self.line.replace("\x00", ""), self.product, self.quantity, self.unit_price, amount)


class NewOrder(Given):
    """An order, or some lines of it. `source` and `external_id` make it once; lines known from earlier stay."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "shop",
                    "external_id": "4711",
                    "ordered_at": "2026-03-02T09:30:00+00:00",
                    "currency": "EUR",
                    "identifiers": [{"kind": "email", "value": "marta@aurora.example"}],
                    "lines": [{"line": "1", "product": "Cork mat", "quantity": 2, "unit_price": "19.90"}],
                }
            ]
        }
    )

    source: Name
    external_id: Key
    ordered_at: Past
    currency: Currency | None = None
    brand: Line | None = None
    identifiers: Annotated[list[IdentifierIn], Field(max_length=MOST_IDENTIFIERS, default_factory=list)]
    lines: Annotated[list[NewLine], Field(min_length=1, max_length=MOST_LINES)]

    def as_order(self) -> OrderIn:
        return OrderIn(
            source=self.source,
            external_id=self.external_id,
            ordered_at=self.ordered_at,
            party=parties(self.identifiers)[0],
            lines=tuple(line.as_line(place) for place, line in enumerate(self.lines)),
            currency=self.currency or "",
            brand=self.brand or "",
        )


class LineOut(BaseModel):
    line: str
    product: str
    quantity: str
    unit_price: str | None
    amount: str

    @classmethod
    def of(cls, one: OrderLine) -> "LineOut":
        return cls(
            line=one.line,
            product=one.product,
            quantity=number(one.quantity),
            unit_price=number(one.unit_price) if one.unit_price is not None else None,
            amount=number(one.amount),
        )


class OrderOut(BaseModel):
    id: int
    customer_id: int | None
    interaction_id: int
    source: str
    external_id: str
    ordered_at: datetime
    total: str
    currency: str
    lines: list[LineOut]

    @classmethod
    def of(cls, order: Order) -> "OrderOut":
        return cls(
            id=order.pk,
            customer_id=order.member.customer_id if order.member else None,
            interaction_id=order.interaction_id,
            source=order.source,
            external_id=order.external_id,
            ordered_at=order.ordered_at,
            total=number(order.total),
            currency=order.currency,
            lines=[LineOut.of(line) for line in order.lines.all()],
        )


class RecordedOut(BaseModel):
    """`lines` says of each line, in its order, whether it was created, updated or skipped."""

    id: int
    customer_id: int | None
    lines: list[Outcome]


class OrderPage(BaseModel):
    items: list[OrderOut]
    next: str | None


class OrderChoice(BaseModel):
    customer_id: int | None = None
    source: Word = ""
    since: Moment | None = None
    until: Moment | None = None
    after: After = ""
    limit: Limit = 50


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


@endpoint("POST", "/orders", needs="sales.add_order", answers={201: RecordedOut, 200: RecordedOut}, problems=(413,))
def record_order(request: ApiRequest, order: NewOrder) -> Answer:
    """Record an order (201), or new and changed lines of one that is known (200)."""
    given = order.as_order()
    seen = Order.objects.visible_to(request.user)
    known = seen.filter(source=given.source, external_id=given.external_id).exists()
    if hidden(given.source, [given.external_id], sender=request.user):
        raise ProblemError(422, f"external_id: {NOT_YOURS}", [Fault(NOT_YOURS, "#/external_id")])
    try:
        (done,) = record_orders([given], by=request.user, at=timezone.now())
    except DataError as error:
        if not isinstance(error.__cause__, NumericValueOutOfRange):
            raise
        detail = "Together these lines come to too much."
        raise ProblemError(422, f"lines: {detail}", [Fault(detail, "#/lines")]) from error
    body = RecordedOut(id=done.order_id, customer_id=done.customer_id, lines=list(done.lines))
    return Answer(body, 200 if known else 201)


@endpoint("GET", "/orders", needs="sales.view_order", answers={200: OrderPage})
def list_orders(request: ApiRequest, choice: Query[OrderChoice]) -> OrderPage:
    """Orders, the last recorded first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {
        "pk__lt": place[0],
        "source": choice.source,
        "ordered_at__gte": choice.since,
        "ordered_at__lt": choice.until,
    }
    found = Order.objects.visible_to(request.user).filter(**{name: value for name, value in wanted.items() if value})
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(member__customer=customer) if customer else found.none()
    rows = list(found.order_by("-pk").select_related("member").prefetch_related("lines")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return OrderPage(items=[OrderOut.of(order) for order in page], next=following)


@endpoint("GET", "/orders/{int:order_id}", needs="sales.view_order", answers={200: OrderOut}, problems=(404,))
def read_order(request: ApiRequest, order_id: int) -> OrderOut:
    """One order with its lines."""
    found = Order.objects.visible_to(request.user).filter(pk=order_id).select_related("member").first()
    if found is None:
        raise Http404
    return OrderOut.of(found)
