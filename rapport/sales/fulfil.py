"""Say what was delivered of an order, and where its invoice stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.fulfilment import Billing, Delivery, Invoice
from rapport.sales.order import Order, OrderLine


class FulfilError(Exception):
    """It can't be so; ``line`` says of which line, the message why, in the reader's language."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class LineState:
    """A line of an order, and how much of it was delivered."""

    line: OrderLine
    delivered: Decimal

    @property
    def rest(self) -> Decimal:
        return max(self.line.quantity - self.delivered, Decimal(0))


@transaction.atomic
def deliver(order_id: int, quantities: Mapping[int, Decimal], *, on: date, note: str, by: User, at: datetime) -> None:
    """Note these quantities by the ids of lines; a minus is what came back.

    Raises FulfilError for more than was ordered, for less than nothing, and for lines of another order.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    known = {one.line.pk: one for one in lines_of(order)}
    for pk, quantity in quantities.items():
        if pk not in known:
            raise FulfilError(_("The order has no such line."), pk)
        if not 0 <= known[pk].delivered + quantity <= max(known[pk].line.quantity, Decimal(0)):
            raise FulfilError(_("No more than was ordered, and no less than nothing."), pk)
    Delivery.objects.bulk_create(
        Delivery(line_id=pk, quantity=quantity, on=on, note=note, by=by, at=at)
        for pk, quantity in quantities.items()
        if quantity
    )
    record(Fact.ORDERS_FULFILLED, [order_id], by=by, at=at)


@transaction.atomic
def bill(order_id: int, state: Invoice, *, paid: Decimal | None, reference: str, by: User, at: datetime) -> Billing:
    """Say where its invoice stands now; said again it is kept once. A part is more than nothing and less than all."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if state == Invoice.PART and (paid is None or not 0 < paid < order.total):
        raise FulfilError(_("How much of it is paid? More than nothing, less than all."))
    wanted = {"state": state, "paid": paid if state == Invoice.PART else None}
    last = order.billings.newest_first().first()
    number = reference or (last.reference if last else "")
    if last and last.reference == number and all(getattr(last, name) == value for name, value in wanted.items()):
        return last
    made = Billing.objects.create(order=order, reference=number, by=by, at=at, **wanted)
    record(Fact.ORDERS_FULFILLED, [order_id], by=by, at=at)
    return made


def lines_of(order: Order) -> list[LineState]:
    """Each line with what was delivered of it."""
    found = order.lines.annotate(delivered=Sum("deliveries__quantity")).order_by("line", "pk")
    return [LineState(one, one.delivered or Decimal(0)) for one in found]
