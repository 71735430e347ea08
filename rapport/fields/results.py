"""Reckon the formulas of a record when it is read: a result like "days since" is then right on every day."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.fields.formula import FormulaError, Node, names_in, parse
from rapport.fields.models import CustomField, Type, living
from rapport.fields.read import Value
from rapport.fields.reckon import Sort, reckon, sort_of
from rapport.fields.reckon import Value as Worth
from rapport.fields.words import labels, parse_day

# What a formula may ask of the record itself.
OWN: Mapping[str, Sort] = {
    "name": "text",
    "city": "text",
    "country": "text",
    "language": "text",
    "created": "date",
    "last_contact": "date",
}
SORTS: Mapping[str, Sort] = {
    Type.TEXT: "text",
    Type.LINK: "text",
    Type.CHOICE: "text",
    Type.CHOICES: "text",
    Type.NUMBER: "number",
    Type.MONEY: "number",
    Type.DATE: "date",
    Type.FLAG: "flag",
}
LEVELS = 5
DIGITS = 15


def keys_for(key: str, fields: Iterable[CustomField]) -> list[str]:
    """What the formula of the field ``key`` may speak of."""
    usable = (one for one in living(fields) if one.key != key)
    return [*(one.key for one in usable if (one.result if one.computed else one.type) in SORTS), *OWN]


def check(formula: str, key: str, fields: Iterable[CustomField]) -> Sort:
    """What the formula of the field ``key`` yields. Raises FormulaError: unreadable, unknown names, a circle."""
    node = parse(formula)
    others = {one.key: one for one in fields if one.retired_at is None and one.key != key}
    sorts: dict[str, Sort] = {**OWN}
    for one in others.values():
        sort = SORTS.get(one.result if one.computed else one.type)
        if sort:
            sorts[one.key] = sort
    level = levels(formula, others, (key,))
    if level > LEVELS:
        raise FormulaError(_("Formulas over formulas over formulas: at most %(number)d deep.") % {"number": LEVELS})
    return sort_of(node, sorts)


def levels(formula: str, others: Mapping[str, CustomField], seen: tuple[str, ...]) -> int:
    """How many formulas stand on top of each other here, this one included."""
    deepest = 0
    for name in dict.fromkeys(names_in(parse(formula))):
        if name in seen:
            way = " → ".join((*seen, name))
            raise FormulaError(_("The formulas go round in a circle: %(way)s.") % {"way": way})
        other = others.get(name)
        if other and other.computed and len(seen) <= LEVELS:
            deepest = max(deepest, levels(other.formula, others, (*seen, name)))
    return deepest + 1


def users_of(key: str, fields: Iterable[CustomField]) -> list[CustomField]:
    """The formulas in use that speak of the field ``key``."""
    formulas = (one for one in fields if one.computed and one.retired_at is None)
    return [one for one in formulas if key in set(names_in(parse(one.formula)))]


class Calculator:
    """Reckons the formulas among ``fields`` for one record after the other, each behind those it needs."""

    def __init__(self, fields: Iterable[CustomField]) -> None:
        self.fields = [one for one in fields if one.retired_at is None]
        self.formulas = in_turn([one for one in self.fields if one.computed])

    def __bool__(self) -> bool:
        return bool(self.formulas)

    def of(self, values: Mapping[str, Value], own: Mapping[str, Worth], today: date) -> dict[str, Value]:
        """Formula → result, without those that yield nothing."""
        known: dict[str, Worth] = {**own}
        known |= {one.key: as_worth(one, values[one.key]) for one in self.fields if one.key in values}
        found: dict[str, Value] = {}
        for field, node in self.formulas:
            result = reckon(node, known, today)
            known[field.key] = result
            if result is not None and result != "":
                found[field.key] = as_value(result)
        return found


def in_turn(formulas: Iterable[CustomField]) -> list[tuple[CustomField, Node]]:
    """The formulas, each behind those that it speaks of."""
    open_ = {one.key: (one, parse(one.formula)) for one in formulas}
    needs = {key: set(names_in(node)) & set(open_) for key, (_field, node) in open_.items()}
    done: dict[str, tuple[CustomField, Node]] = {}
    while ready := [key for key in open_ if key not in done and needs[key] <= set(done)]:
        done.update((key, open_[key]) for key in ready)
    return list(done.values())


def as_worth(field: CustomField, value: Value) -> Worth:  # noqa: PLR0911 - a line per type reads best
    """A kept value as a formula reckons with it."""
    match field.type, value:
        case Type.MONEY, {"amount": int() | float() as amount}:
            return Decimal(str(amount))
        case Type.NUMBER, int() | float():
            return Decimal(str(value))
        case Type.DATE, str():
            return parse_day(value)
        case Type.FLAG, bool():
            return value
        case Type.CHOICE, str():
            return ", ".join(labels(field, [value]))
        case Type.CHOICES, list():
            return ", ".join(labels(field, value))
        case ((Type.TEXT | Type.LINK), str()):
            return value
    return None


def as_value(result: Decimal | str | date | bool) -> Value:  # noqa: FBT001
    """A result as JSON holds it."""
    if isinstance(result, Decimal):
        rounded = round(result, max(0, DIGITS - 1 - max(result.adjusted(), 0)))
        return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
    if isinstance(result, date):
        return result.isoformat()
    return result
