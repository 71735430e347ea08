"""The organisation's own fields in the list of customers: a column each, and conditions in words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import JSONField, Q
from django.db.models import Value as Json
from django.db.models.fields.json import KeyTransform, KeyTransformGte, KeyTransformLte
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.models import FURTHER, Customer, holding
from rapport.customers.own import People, Sheet
from rapport.fields.models import CustomField, Type
from rapport.fields.read import UnfitError, Value, read
from rapport.fields.words import as_cell, in_words, labels
from rapport.lib.names import fold_key
from rapport.lib.numbers import read_currency
from rapport.ui.conditions import Filter, Operator, Part, hold_not
from rapport.ui.listing import Column
from rapport.ui.operators import (
    IS,
    IS_NOT,
    choice_operators,
    day_operators,
    emptiness,
    negated,
    number_operators_by,
)

FEW = 50
NUMERIC = frozenset({Type.NUMBER, Type.MONEY})
SHAPES = {Type.CHOICES: "tags", Type.LINK: "long"}


class Shown(Protocol):
    """A line of the list."""

    @property
    def customer(self) -> Customer: ...

    @property
    def sheet(self) -> Sheet: ...


def own_columns(fields: Sequence[CustomField]) -> tuple[Column[Any], ...]:
    """None is shown until it is asked for, and none sorts: no index would serve it."""
    return tuple(
        Column(
            one.name,
            one.label,
            partial(told, one),
            numeric=one.type in NUMERIC or one.result == Type.NUMBER,
            shape=SHAPES.get(Type(one.type), "text"),
            shown=False,
            plain=partial(plain, one),
        )
        for one in fields
    )


def held(field: CustomField, line: Shown) -> Value | None:
    values = line.sheet.values.get(line.customer.pk, {})
    return values.get(field.key) if field.is_about(line.customer.kind) else None


def told(field: CustomField, line: Shown) -> str | list[str]:
    value = held(field, line)
    if field.type == Type.CHOICES and isinstance(value, list):
        return labels(field, value)
    return in_words(field, value, line.sheet.names)


def plain(field: CustomField, line: Shown) -> Any:
    return as_cell(field, held(field, line), line.sheet.names)


def own_filters(fields: Sequence[CustomField], people: People) -> Iterator[Filter]:
    """Equality reads an index; a range looks at all that the other conditions leave. Formulas are not kept, so not asked."""
    for one in fields:
        if not one.computed:
            yield Filter(one.name, one.label, (*operators(one, people), *emptiness(hold_not(kept(one)))))


def kept(field: CustomField) -> Q:
    """Has a value at all."""
    return FURTHER & Q(extra__has_key=field.key)


def operators(field: CustomField, people: People) -> tuple[Operator, ...]:
    if field.type == Type.MONEY:
        return (*number_operators_by(partial(ranged, field, people)), in_currency(field))
    if field.type == Type.NUMBER:
        return number_operators_by(partial(ranged, field, people))
    if field.type == Type.DATE:
        return day_operators(partial(dated, field), None)
    where, known = partial(equal, field, people), choices(field, people)
    if known:
        return choice_operators(where, known)
    return (
        Operator("", gettext_lazy("is"), IS, where),
        Operator("not", gettext_lazy("is not"), IS_NOT, negated(where)),
    )


def in_currency(field: CustomField) -> Operator:
    def where(given: list[str]) -> Q:
        return reduce(or_, (holding(field.key, {"currency": one.upper()}) for one in given))

    label, sentence = gettext_lazy("is in the currency"), gettext_lazy("%(label)s is in %(value)s")
    return Operator("currency", label, sentence, where, (Part(hint="EUR"),))


def choices(field: CustomField, people: People) -> Callable[[], Sequence[tuple[str, str]]] | None:
    match field.type:
        case Type.CHOICE | Type.CHOICES:
            return lambda: [(one.key, one.label) for one in field.options]
        case Type.FLAG:
            return lambda: [("yes", _("yes")), ("no", _("no"))]
        case Type.USER:
            return lambda: [(str(pk), name) for pk, name, _email in people.users]
    return None


def equal(field: CustomField, people: People, given: list[str]) -> Q:
    """Has any of the values."""
    wanted = (value for text in given for value in meant(field, people, text))
    return reduce(or_, (holding(field.key, value) for value in wanted), Q(pk__in=[]))


def meant(field: CustomField, people: People, text: str) -> list[object]:
    match field.type:
        case Type.CHOICES:
            return [[text]]
        case Type.FLAG:
            return [text == "yes"]
        case Type.USER:
            return [int(text)]
        case Type.CUSTOMER:
            named = Customer.objects.visible_to(people.writer).filter(fold_key=fold_key(text))
            return list(named.values_list("pk", flat=True)[:FEW])
    return [text]


def ranged(field: CustomField, people: People, least: str, most: str) -> Q:
    condition = Q()
    if least:
        condition &= bounded(field, people, KeyTransformGte, least)
    if most:
        condition &= bounded(field, people, KeyTransformLte, most)
    return condition


def dated(field: CustomField, first: date | None, after: date | None) -> Q:
    """Dates are kept as texts that sort as they do."""
    place, condition = KeyTransform(field.key, "extra"), kept(field)
    if first:
        condition &= Q(KeyTransformGte(place, Json(first.isoformat(), JSONField())))
    if after:
        condition &= Q(KeyTransformLte(place, Json((after - timedelta(days=1)).isoformat(), JSONField())))
    return condition


def bounded(field: CustomField, people: People, compared: Any, text: str) -> Q:
    place = KeyTransform(field.key, "extra")
    asked = CustomField(type=Type.NUMBER) if field.type == Type.MONEY else field
    try:
        bound = Json(read(asked, text, people.manner()), JSONField())
    except UnfitError as problem:
        raise ValueError from problem
    if field.type != Type.MONEY:
        return kept(field) & Q(compared(place, bound))
    condition = Q(compared(KeyTransform("amount", place), bound))
    currency = read_currency(text)
    return condition & holding(field.key, {"currency": currency}) if currency else condition
