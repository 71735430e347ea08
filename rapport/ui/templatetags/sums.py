"""Prices, quantities and terms as every page writes them."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django import template
from django.utils.translation import ngettext

from rapport.ui.templatetags.ui import locale

register = template.Library()
MONTHS = 12


@register.simple_tag
def price(amount: Decimal, currency: str) -> str:
    """What one costs: with more decimals than are ever paid, where it has them."""
    return str(format_currency(amount.normalize(), currency, locale=locale(), decimal_quantization=False))


@register.filter
def exactly(number: Decimal | None) -> str:
    """A number with all of its decimals and none that say nothing."""
    return "–" if number is None else str(format_decimal(number, "#,##0.####", locale=locale()))


@register.filter
def term(months: int) -> str:
    """How long something is agreed for: 3 years, 18 months."""
    if months % MONTHS:
        return ngettext("%(number)s month", "%(number)s months", months) % {"number": months}
    years = months // MONTHS
    return ngettext("%(number)s year", "%(number)s years", years) % {"number": years}
