"""What became of orders, over the API: deliveries and states of invoices, as a warehouse or the books tell them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.people.endpoint import Given, Line, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.api import number
from rapport.sales.fulfil import FulfilError, bill, deliver, lines_of
from rapport.sales.fulfilment import Invoice
from rapport.sales.order import Order
from rapport.ui.problem import Fault, ProblemError

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST = 1_000


class DeliveredIn(Given):
    line: Annotated[Line, Field(max_length=60)] = Field(description="Its number or key in the order.")
    quantity: Annotated[Decimal, Field(gt=-(10**10), lt=10**10, decimal_places=4)]


class DeliveryIn(Given):
    """What was delivered; what came back has a minus."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"line": "1", "quantity": 2}]}]})

    lines: Annotated[list[DeliveredIn], Field(min_length=1, max_length=MOST)]
    on: Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))] | None = None
    note: Annotated[Line, Field(max_length=300)] = ""


class BillingIn(Given):
    """Where the invoice stands; `paid` only where a part of it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "invoiced", "reference": "R-4711"}]})

    state: Invoice
    paid: Annotated[Decimal, Field(ge=0, lt=10**14, decimal_places=4)] | None = None
    reference: Annotated[Line, Field(max_length=100)] = ""


class DeliveredOut(BaseModel):
    line: str
    ordered: str
    delivered: str


class FulfilmentOut(BaseModel):
    order_id: int
    lines: list[DeliveredOut]
    invoice: Invoice
    paid: str | None
    reference: str

    @classmethod
    def of(cls, order: Order) -> "FulfilmentOut":
        last = order.billings.newest_first().first()
        return cls(
            order_id=order.pk,
            lines=[
                DeliveredOut(line=one.line.line, ordered=number(one.line.quantity), delivered=number(one.delivered))
                for one in lines_of(order)
            ],
            invoice=Invoice(last.state) if last else Invoice.OPEN,
            paid=number(last.paid) if last and last.paid is not None else None,
            reference=last.reference if last else "",
        )


@endpoint(
    "GET", "/orders/{int:order_id}/fulfilment", needs="sales.view_order", answers={200: FulfilmentOut}, problems=(404,)
)
def read_fulfilment(request: ApiRequest, order_id: int) -> FulfilmentOut:
    """What was delivered of an order, and where its invoice stands."""
    return FulfilmentOut.of(the_order(request, order_id))


@endpoint(
    "POST", "/orders/{int:order_id}/deliveries", needs="sales.add_order", answers={200: FulfilmentOut}, problems=(404,)
)
def add_delivery(request: ApiRequest, order_id: int, delivery: DeliveryIn) -> FulfilmentOut:
    """Note what was delivered, line by line."""
    order = the_order(request, order_id)
    known = dict(order.lines.values_list("line", "pk"))
    quantities: dict[int, Decimal] = {}
    for place, one in enumerate(delivery.lines):
        if one.line not in known:
            raise refuse(f"lines/{place}/line", "The order has no such line.")
        quantities[known[one.line]] = quantities.get(known[one.line], Decimal(0)) + one.quantity
    on = delivery.on or timezone.localdate()
    try:
        deliver(order_id, quantities, on=on, note=delivery.note, by=request.user, at=timezone.now())
    except FulfilError as problem:
        raise refuse("lines", str(problem)) from problem
    return FulfilmentOut.of(order)


@endpoint(
    "POST", "/orders/{int:order_id}/billing", needs="sales.add_order", answers={200: FulfilmentOut}, problems=(404,)
)
def set_billing(request: ApiRequest, order_id: int, billing: BillingIn) -> FulfilmentOut:
    """Say where the invoice of an order stands."""
    order = the_order(request, order_id)
    try:
        bill(
            order_id,
            billing.state,
            paid=billing.paid,
            reference=billing.reference,
            by=request.user,
            at=timezone.now(),
        )
    except FulfilError as problem:
        raise refuse("paid", str(problem)) from problem
    return FulfilmentOut.of(order)


def refuse(field: str, reason: str) -> ProblemError:
    return ProblemError(422, f"{field.replace('/', '.')}: {reason}", [Fault(reason, f"#/{field}")])


def the_order(request: ApiRequest, order_id: int) -> Order:
    found = Order.objects.visible_to(request.user).filter(pk=order_id).first()
    if found is None:
        raise Http404
    return found
