"""What a quote comes to: what is billed once, and what each period, each to the smallest unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.catalogue.product import Period
from rapport.lib.money import Amounts, Priced, Sum, reckon
from rapport.quotes.quote import Quote, QuoteLine


@dataclass(frozen=True)
class Group:
    """What is billed in the same steps; ``every`` None: once."""

    every: int | None
    lines: Sequence[QuoteLine]
    sum: Sum

    @property
    def words(self) -> str:
        """When it is billed."""
        return str(Period(self.every).label) if self.every else _("once")


@dataclass(frozen=True)
class Offer:
    """A quote, reckoned."""

    quote: Quote
    groups: Sequence[Group]

    @property
    def lines(self) -> list[tuple[QuoteLine, Amounts]]:
        """In the order of the quote, each with what it comes to."""
        found = {
            line.pk or id(line): (line, amounts)
            for group in self.groups
            for line, amounts in zip(group.lines, group.sum.lines, strict=True)
        }
        return sorted(found.values(), key=lambda one: (one[0].place, one[0].pk or 0))

    @property
    def net(self) -> Decimal:
        """Over all terms, without tax."""
        return sum((amounts.net * line.times for line, amounts in self.lines), Decimal(0))

    @property
    def monthly(self) -> Decimal:
        """What comes in each month of what is billed again and again, without tax."""
        return sum((group.sum.net / group.every for group in self.groups if group.every), Decimal(0))

    @property
    def deepest(self) -> Decimal:
        """The deepest discount of a line in percent: below the list where it has a price, all discounts together."""
        return max((below(line, self.quote.discount) for line, _amounts in self.lines), default=Decimal(0))


def below(line: QuoteLine, on_all: Decimal) -> Decimal:
    """How far a line is below its list, its own discount and that on everything taken off, to the hundredth."""
    price = line.unit_price * (100 - line.discount) * (100 - on_all) / 10_000
    listed = max(line.listed_price or Decimal(0), line.unit_price)
    return round((1 - price / listed) * 100, 2) if listed else Decimal(0)


def offer_of(quote: Quote, lines: Sequence[QuoteLine] | None = None) -> Offer:
    known = list(quote.lines.in_order()) if lines is None else list(lines)
    steps = sorted({one.every for one in known}, key=lambda every: every or 0)
    groups = []
    for every in steps:
        theirs = [one for one in known if one.every == every]
        priced = [Priced(one.quantity, one.unit_price, one.discount, one.tax) for one in theirs]
        groups.append(
            Group(every, theirs, reckon(priced, quote.currency, discount=quote.discount, inclusive=quote.inclusive))
        )
    return Offer(quote, groups)
