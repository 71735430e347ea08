"""Write a figure as its unit asks for."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from rapport.insight.kpi import Unit
from rapport.ui.templatetags.ui import locale, money


def shown(value: Decimal | None, unit: Unit, home: str) -> str:  # noqa: PLR0911 - a way of writing for each unit
    """In words; a dash where there is no figure."""
    if value is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return f"{number(value * 100)} %"
        case Unit.DAYS:
            return _("%(number)s days") % {"number": number(value)}
        case Unit.HOURS:
            return _("%(number)s h") % {"number": number(value)}
        case Unit.MONEY:
            return money(round(value, 0), home) if abs(value) >= THOUSAND else money(value, home)
        case Unit.MONEY_A_DAY:
            return _("%(amount)s a day") % {"amount": money(value, home)}
        case Unit.NUMBER:
            return number(value)


def number(value: Decimal) -> str:
    return str(format_decimal(round(value, 1), "#,##0.#", locale=locale()))


THOUSAND = 100_000
