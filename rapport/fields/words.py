"""Say a value of a field in the reader's words, and as a table or a program holds it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from rapport.fields.models import CustomField, Type
from rapport.fields.read import Value
from rapport.fields.sensitivity import MASK
from rapport.ui.templatetags.ui import day_in, locale

# Who is referred to: (type, id) → name.
Names = Mapping[tuple[str, int], str]


def in_words(field: CustomField, value: Value | None, names: Names) -> str:  # noqa: PLR0911 - a line per type reads best
    """Empty for nothing. What no longer fits the field is said as it stands."""
    if value is None or field.hidden:
        return "" if value is None else MASK
    match field.result if field.computed else field.type, value:
        case Type.CHOICE, str():
            return ", ".join(labels(field, [value]))
        case Type.CHOICES, list():
            return ", ".join(labels(field, value))
        case Type.FLAG, bool():
            return _("yes") if value else _("no")
        case Type.NUMBER, int() | float():
            return numeral(Decimal(str(value)))
        case Type.MONEY, {"amount": amount, "currency": str(currency)}:
            return str(format_currency(Decimal(str(amount)), currency, locale=locale()))
        case Type.DATE, str() if day := parse_day(value):
            return day_in(day, "medium", locale())
        case (Type.CUSTOMER | Type.USER) as kind, int():
            return names.get((str(kind), value)) or _("somebody whom you can't see")
    return str(value)


def numeral(number: Decimal) -> str:
    """All digits of a number; a pattern with more decimals than it has would reckon beyond what Decimal holds."""
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = f"#,##0.{'#' * decimals}" if decimals else "#,##0"
    return str(format_decimal(number, pattern, locale=locale(), decimal_quantization=False))


def labels(field: CustomField, keys: Iterable[str]) -> list[str]:
    """The choices as they are called now, retired ones too."""
    if field.hidden:
        return [MASK]
    known = {one.key: one.label for one in field.options}
    return [known.get(key, key) for key in keys]


def parse_day(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None


def as_cell(field: CustomField, value: Value | None, names: Names) -> Any:
    """As a table of numbers and dates holds it."""
    kind = field.result if field.computed else field.type
    if field.hidden:
        return in_words(field, value, names)
    if kind == Type.NUMBER and isinstance(value, int | float):
        return value
    if kind == Type.DATE and isinstance(value, str):
        return parse_day(value) or value
    if kind == Type.MONEY and isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    return in_words(field, value, names)


def as_told(field: CustomField, value: Value, names: Names) -> Any:
    """As a program is told it: a colleague by their address."""
    if field.hidden:
        return MASK
    if field.type == Type.USER and isinstance(value, int):
        return names.get((Type.USER.value, value)) or None
    return value
