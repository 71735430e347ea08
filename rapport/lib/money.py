"""Reckon with money: to the smallest unit of each currency, so that parts always add up to their sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from babel.numbers import get_currency_precision

HUNDRED, NOTHING = Decimal(100), Decimal(0)
# More digits than any sum has, so that nothing is rounded before it is meant to be.
EXACT = Context(prec=60)


@dataclass(frozen=True)
class Priced:
    """A line to be reckoned: ``discount`` and ``tax`` in percent."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = NOTHING
    tax: Decimal = NOTHING


@dataclass(frozen=True)
class Amounts:
    """What a line comes to. ``listed`` less ``own`` less ``shared`` is what is paid; with the tax in it or not, as prices are."""

    listed: Decimal
    own: Decimal
    shared: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def line(self) -> Decimal:
        """After its own discount, before its share of that on everything."""
        return self.listed - self.own


@dataclass(frozen=True)
class TaxSum:
    """What one rate takes of how much."""

    percent: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Sum:
    """Lines and what they come to together; every figure is the sum of its lines' to the smallest unit."""

    lines: tuple[Amounts, ...]
    taxes: tuple[TaxSum, ...]

    @property
    def listed(self) -> Decimal:
        return sum((one.listed for one in self.lines), NOTHING)

    @property
    def line(self) -> Decimal:
        return sum((one.line for one in self.lines), NOTHING)

    @property
    def shared(self) -> Decimal:
        return sum((one.shared for one in self.lines), NOTHING)

    @property
    def net(self) -> Decimal:
        return sum((one.net for one in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        return sum((one.tax for one in self.lines), NOTHING)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def unit_of(currency: str) -> Decimal:
    """The smallest amount that is paid in ``currency``: a cent, a yen, a fils."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest unit; what lies in the middle goes away from nothing, as on paper."""
    return amount.quantize(unit_of(currency), ROUND_HALF_UP, EXACT)


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal, currency: str) -> Decimal:
    """What a line comes to, its own ``discount`` in percent taken off."""
    with localcontext(EXACT):
        return rounded(quantity * unit_price * (HUNDRED - discount) / HUNDRED, currency)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """``amount`` in parts as large as ``weights`` are to each other, that add up to it to the smallest unit.

    What is left after rounding down goes, a unit each, to those that lost most by it.
    """
    whole, unit = sum(weights, NOTHING), unit_of(currency)
    if not whole:
        return [NOTHING for _one in weights]
    with localcontext(EXACT):
        exact = [amount * one / whole for one in weights]
        parts = [one.quantize(unit, ROUND_FLOOR) for one in exact]
        left = int((amount - sum(parts, NOTHING)) / unit)
        losers = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
        for place in losers[:left]:
            parts[place] += unit
    return parts


def reckon(lines: Sequence[Priced], currency: str, *, discount: Decimal = NOTHING, inclusive: bool = False) -> Sum:
    """Reckon ``lines``: first each one's discount, then ``discount`` in percent on all of them together, then taxes.

    ``inclusive`` says that unit prices hold the tax. A tax is taken once of all that bears the same rate, as an
    invoice states it, and spread over its lines.
    """
    with localcontext(EXACT):
        listed = [rounded(one.quantity * one.unit_price, currency) for one in lines]
        after = [line_amount(one.quantity, one.unit_price, one.discount, currency) for one in lines]
        off = spread(rounded(sum(after, NOTHING) * discount / HUNDRED, currency), after, currency)
        paid = [one - less for one, less in zip(after, off, strict=True)]
        taxes: list[TaxSum] = []
        tax_of = [NOTHING] * len(lines)
        for percent in sorted({one.tax for one in lines}):
            places = [place for place, one in enumerate(lines) if one.tax == percent]
            base = sum((paid[place] for place in places), NOTHING)
            tax = rounded(base * percent / (HUNDRED + percent if inclusive else HUNDRED), currency)
            for place, part in zip(places, spread(tax, [paid[place] for place in places], currency), strict=True):
                tax_of[place] = part
            taxes.append(TaxSum(percent, base - tax if inclusive else base, tax))
    amounts = (
        Amounts(full, full - now, less, last - tax if inclusive else last, tax)
        for full, now, less, last, tax in zip(listed, after, off, paid, tax_of, strict=True)
    )
    return Sum(tuple(amounts), tuple(taxes))


def without_tax(price: Decimal, percent: Decimal) -> Decimal:
    """A unit price that holds a tax, without it; to the ten-thousandth."""
    with localcontext(EXACT):
        return (price * HUNDRED / (HUNDRED + percent)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def with_tax(price: Decimal, percent: Decimal) -> Decimal:
    """A unit price without its tax, with it; to the ten-thousandth."""
    with localcontext(EXACT):
        return (price * (HUNDRED + percent) / HUNDRED).quantize(Decimal("0.0001"), ROUND_HALF_UP)
