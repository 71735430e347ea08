"""Make an order of an accepted quote, and move its deal to where deals are won."""

from datetime import datetime

from rapport.channels.inbound import Party
from rapport.lib.money import without_tax
from rapport.quotes.quote import Quote
from rapport.quotes.sums import offer_of
from rapport.sales.move_deal import Moved, move_deal
from rapport.sales.order import Order
from rapport.sales.pipeline import End
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.sales.set_lines import LineWish, set_lines

SOURCE = "quotes"


def order_quote(quote: Quote, *, at: datetime) -> Order:
    """The order, which is written once; called where the quote is accepted, in the same transaction.

    What is billed again and again stands in it with all that it brings over its term. A deal that can't be won yet,
    because its stage asks for more, stays where it is.
    """
    lines = tuple(
        LineIn(
            str(place),
            line.name,
            line.quantity,
            line.unit_price,
            amounts.net * line.times,
            {"every": line.every, "months": line.months} if line.every else {},
        )
        for place, (line, amounts) in enumerate(offer_of(quote).lines, 1)
    )
    order = OrderIn(
        source=SOURCE,
        external_id=quote.number,
        ordered_at=at,
        party=Party(member_id=quote.deal.member_id),
        lines=lines,
        currency=quote.currency,
        brand=quote.brand.name if quote.brand else "",
    )
    (done,) = record_orders([order], by=None, at=at)
    win(quote, at=at)
    return Order.objects.get(pk=done.order_id)


def win(quote: Quote, *, at: datetime) -> bool:
    """Whether the deal is won now, or was before."""
    if quote.deal.closed_at:
        return quote.deal.stage.end == End.WON
    won = quote.deal.pipeline.stages.filter(end=End.WON, retired_at=None).order_by("place").first()
    if won is None:
        return False
    set_lines(quote.deal_id, accepted(quote), currency=quote.currency, seen=None, by=None, at=at)
    # To the cent what was accepted: the deal's lines know no discount on everything.
    brought = {"amount": quote.total, "currency": quote.currency}
    return isinstance(move_deal(quote.deal_id, won, seen=None, brought=brought, by=None, at=at), Moved)


def accepted(quote: Quote) -> list[LineWish]:
    """What the deal is about now: the lines of the quote without tax, all discounts of each as one."""
    return [
        LineWish(
            line.product,
            line.quantity,
            without_tax(line.unit_price, line.tax) if quote.inclusive else line.unit_price,
            round(100 - (100 - line.discount) * (100 - quote.discount) / 100, 2),
            line.name,
            line.months,
        )
        for line in quote.lines.in_order()
    ]
