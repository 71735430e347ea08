"""Keep what an accepted quote agrees on: what is billed again and again, and until when."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from rapport.quotes.agreement import Agreement
from rapport.quotes.quote import Quote
from rapport.quotes.sums import offer_of

TENTHOUSANDTH = Decimal("0.0001")


def agree(quote: Quote, *, today: date) -> list[Agreement]:
    """The agreements; called where the quote is accepted, in the same transaction.

    They begin today; what renews another of the same product begins when that one ends.
    """
    ending = Agreement.objects.filter(renewal=quote.deal, ends__gt=today).exclude(product=None)
    renewed = {one.product_id or 0: one.ends for one in ending}
    return Agreement.objects.bulk_create(
        Agreement(
            quote=quote,
            member=quote.deal.member,
            product=line.product,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            every=line.every,
            amount=amounts.net,
            monthly=(amounts.net / line.every).quantize(TENTHOUSANDTH),
            currency=quote.currency,
            owner=quote.deal.owner,
            begins=(begins := renewed.get(line.product_id or 0, today)),
            ends=months_later(begins, line.months or line.every),
        )
        for line, amounts in offer_of(quote).lines
        if line.every
    )


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; the last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
