"""Reckon with money: to the smallest unit of each currency, so that parts always add up to their sum."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

HUNDRED = Decimal(100)


def unit_of(currency: str) -> Decimal:
    """The smallest amount that is paid in ``currency``: a cent, a yen, a fils."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest unit; what lies in the middle goes away from nothing, as on paper."""
    return amount.quantize(unit_of(currency), ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal, currency: str) -> Decimal:
    """What a line comes to, its own ``discount`` in percent taken off."""
    return rounded(quantity * unit_price * (HUNDRED - discount) / HUNDRED, currency)
