"""Read a value of a field from whoever writes it: a person, a program or a file. One rule for all of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from rapport.fields.models import CustomField, Type
from rapport.lib.moments import Order, read_moment
from rapport.lib.names import clean
from rapport.lib.numbers import Mark, decimal_mark, read_currency, read_number

# As JSON holds it: a text, a number, yes or no, several choices, or an amount with its currency.
Value = str | int | float | bool | list[str] | dict[str, Any]
LONGEST_TEXT = 1_000
DIGITS = 15
DECIMALS_OF_MONEY = 4
MOST_CHOICES = 100
YES = frozenset({"true", "yes", "ja", "y", "j", "wahr", "t", "1", "x", "on"})
NO = frozenset({"false", "no", "nein", "n", "falsch", "f", "0", "off"})
is_address = URLValidator(schemes=["http", "https"])


class UnfitError(Exception):
    """What was given can't be a value of the field; the text says why."""


def nobody(_said: object) -> int | None:
    return None


@dataclass(frozen=True)
class Manner:
    """How what is read was written, and who is meant by a name. Without an order, dates are years first."""

    order: Order | None = None
    mark: Mark | None = None
    comma: bool = False
    zone: tzinfo = UTC
    customer: Callable[[object], int | None] = nobody
    user: Callable[[object], int | None] = nobody


PLAIN = Manner()


def read(field: CustomField, given: object, manner: Manner = PLAIN) -> Value | None:
    """The value in its normal form, None for nothing. Raises UnfitError."""
    if field.computed:
        raise UnfitError(_("This is computed; it can't be written."))
    if isinstance(given, str):
        given = clean(given)
    if given is None or given in ("", [], ()):
        return None
    return READERS[Type(field.type)](field, given, manner)


def text(_field: CustomField, given: object, _manner: Manner) -> Value:
    if not isinstance(given, str):
        raise UnfitError(_("Write a text."))
    if len(given) > LONGEST_TEXT:
        raise UnfitError(_("At most %(number)d characters.") % {"number": LONGEST_TEXT})
    return given


def number(_field: CustomField, given: object, manner: Manner) -> Value:
    found = as_decimal(given, manner)
    if found is None:
        raise UnfitError(_("“%(text)s” is no number.") % {"text": short(given)})
    return as_number(found)


def as_decimal(given: object, manner: Manner) -> Decimal | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float | Decimal):
        found = Decimal(str(given)) if isinstance(given, float) else Decimal(given)
        return found if found.is_finite() else None
    if not isinstance(given, str):
        return None
    return read_number(given, manner.mark or decimal_mark([given], comma=manner.comma)[0])


def as_number(found: Decimal) -> int | float:
    """A number that JSON and every program hold exactly."""
    # Asked first: beyond these, reckoning itself fails.
    if found and found.adjusted() < -DIGITS:
        raise UnfitError(_("This number is too small."))
    if found and found.adjusted() >= DIGITS:
        raise UnfitError(_("A number has at most %(number)d digits.") % {"number": DIGITS})
    found = found.normalize()
    if len(found.as_tuple().digits) > DIGITS:
        raise UnfitError(_("A number has at most %(number)d digits.") % {"number": DIGITS})
    return int(found) if found == found.to_integral_value() else float(found)


def money(field: CustomField, given: object, manner: Manner) -> Value:
    if isinstance(given, Mapping):
        if set(given) - {"amount", "currency"}:
            raise UnfitError(_("Money is an amount and a currency."))
        amount, named = as_decimal(given.get("amount"), manner), str(given.get("currency") or "")
    else:
        amount, named = as_decimal(given, manner), str(given) if isinstance(given, str) else ""
    if amount is None:
        raise UnfitError(_("“%(text)s” is no amount. Write it as in 1200 EUR.") % {"text": short(given)})
    currency = read_currency(named)
    if not currency and re.search(r"[^\W\d]", named):
        raise UnfitError(_("“%(text)s” names no currency.") % {"text": short(named)})
    currency = currency or field.currency
    if not currency:
        raise UnfitError(_("Say the currency, too, as in 1200 EUR."))
    exact = as_number(amount)
    if amount != round(amount, DECIMALS_OF_MONEY):
        raise UnfitError(_("An amount has at most %(number)d decimals.") % {"number": DECIMALS_OF_MONEY})
    return {"amount": exact, "currency": currency}


def day(_field: CustomField, given: object, manner: Manner) -> Value:
    found: date | None = None
    if isinstance(given, str):
        if manner.order:
            moment = read_moment(given, manner.order, manner.zone)
            found = moment.astimezone(manner.zone).date() if moment else None
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", given):
            try:
                found = date.fromisoformat(given)
            except ValueError:
                found = None
    elif isinstance(given, date) and not isinstance(given, datetime):
        found = given
    if found is None:
        raise UnfitError(_("“%(text)s” is no date. Write it as in 2026-03-31.") % {"text": short(given)})
    return found.isoformat()


def choice(field: CustomField, given: object, _manner: Manner) -> Value:
    if not isinstance(given, str):
        raise UnfitError(_("Write one of the choices."))
    return chosen(field, given)


def choices(field: CustomField, given: object, _manner: Manner) -> Value | None:
    parts: Sequence[object]
    if isinstance(given, str):
        # A label may hold a comma itself.
        parts = [given] if meant(field, given) else re.split(r"\s*[;,|]\s*", given)
    elif isinstance(given, list | tuple) and len(given) <= MOST_CHOICES:
        parts = given
    else:
        raise UnfitError(_("Write a list of choices."))
    if not all(isinstance(one, str) for one in parts):
        raise UnfitError(_("Write a list of choices."))
    found = {chosen(field, str(one)) for one in parts if one}
    # A list of nothing says nothing.
    return [one.key for one in field.options if one.key in found] or None


def chosen(field: CustomField, given: str) -> str:
    """The key of the choice that is meant."""
    key = meant(field, given)
    if not key:
        open_ = ", ".join(one.label for one in field.options if not one.retired)
        words = {"text": short(given), "known": open_}
        raise UnfitError(_("“%(text)s” is none of the choices: %(known)s.") % words)
    if next(one for one in field.options if one.key == key).retired:
        raise UnfitError(_("“%(text)s” is no longer a choice.") % {"text": short(given)})
    return key


def meant(field: CustomField, given: str) -> str:
    folded = given.casefold()
    by_key = (one.key for one in field.options if one.key == given)
    by_label = (one.key for one in field.options if one.label.casefold() == folded)
    return next(by_key, "") or next(by_label, "")


def flag(_field: CustomField, given: object, _manner: Manner) -> Value:
    if isinstance(given, bool):
        return given
    said = given.casefold() if isinstance(given, str) else ""
    if said in YES or said in NO:
        return said in YES
    raise UnfitError(_("“%(text)s” is neither yes nor no.") % {"text": short(given)})


def link(_field: CustomField, given: object, _manner: Manner) -> Value:
    said = given if isinstance(given, str) else ""
    address = said if re.match(r"[a-z][a-z0-9+.-]*:", said, re.IGNORECASE) else f"https://{said}"
    try:
        is_address(address)
    except ValidationError as problem:
        raise UnfitError(
            _("“%(text)s” is no link. Write it as in https://aurora.example.") % {"text": short(given)}
        ) from problem
    return address[:LONGEST_TEXT]


def customer(_field: CustomField, given: object, manner: Manner) -> Value:
    found = manner.customer(given)
    if found is None:
        raise UnfitError(_("There is no such customer: “%(text)s”.") % {"text": short(given)})
    return found


def user(_field: CustomField, given: object, manner: Manner) -> Value:
    found = manner.user(given)
    if found is None:
        raise UnfitError(_("No user is called “%(text)s”.") % {"text": short(given)})
    return found


def short(given: object) -> str:
    try:
        return str(given)[:60]
    except ValueError:
        # Python writes no whole number of thousands of digits.
        return "…"


READERS: Mapping[Type, Callable[[CustomField, object, Manner], Value | None]] = {
    Type.TEXT: text,
    Type.NUMBER: number,
    Type.MONEY: money,
    Type.DATE: day,
    Type.CHOICE: choice,
    Type.CHOICES: choices,
    Type.FLAG: flag,
    Type.LINK: link,
    Type.CUSTOMER: customer,
    Type.USER: user,
}
