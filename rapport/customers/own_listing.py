"""The organisation's own fields in the list of customers: a column each, and conditions in words."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import JSONField, Q
from django.db.models import Value as Json
from django.db.models.fields.json import KeyTransform, KeyTransformGte, KeyTransformLte
from django.utils.translation import gettext as _

from rapport.customers.models import Customer, holding
from rapport.customers.own import People, Sheet
from rapport.fields.models import CustomField, Type
from rapport.fields.read import UnfitError, Value, read
from rapport.fields.words import as_cell, in_words, labels
from rapport.lib.names import fold_key
from rapport.lib.numbers import read_currency
from rapport.ui.listing import Column, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FEW = 50
NUMERIC = frozenset({Type.NUMBER, Type.MONEY})
RANGED = NUMERIC | {Type.DATE}
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
        if one.computed:
            continue
        if one.type in RANGED:
            yield from ranges(one, people)
            continue
        label = one.label.replace("%", "%%")
        sentence = _("%(label)s is %(value)s") % {"label": label, "value": "%(value)s"}
        yield Filter(one.name, one.label, sentence, partial(equal, one, people), choices(one, people))


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


def ranges(field: CustomField, people: People) -> Iterator[Filter]:
    day = field.type == Type.DATE
    label = {"label": field.label}
    said = {"label": field.label.replace("%", "%%"), "value": "%(value)s"}
    least: tuple[StrOrPromise, StrOrPromise] = (
        _("%(label)s: at least") % label,
        _("%(label)s is at least %(value)s") % said,
    )
    most: tuple[StrOrPromise, StrOrPromise] = (
        _("%(label)s: at most") % label,
        _("%(label)s is at most %(value)s") % said,
    )
    if day:
        least = (_("%(label)s: from") % label, _("%(label)s is from %(value)s on") % said)
        most = (_("%(label)s: until") % label, _("%(label)s is %(value)s or before") % said)
    yield Filter(f"{field.name}-from", *least, partial(bounded, field, people, KeyTransformGte), date=day)
    yield Filter(f"{field.name}-to", *most, partial(bounded, field, people, KeyTransformLte), date=day)


def bounded(field: CustomField, people: People, compared: Any, given: list[str]) -> Q:
    # A decimal comma is no comma between values.
    text = ",".join(given)
    place = KeyTransform(field.key, "extra")
    asked = CustomField(type=Type.NUMBER) if field.type == Type.MONEY else field
    try:
        bound = Json(read(asked, text, people.manner()), JSONField())
    except UnfitError as problem:
        raise ValueError from problem
    if field.type != Type.MONEY:
        return Q(compared(place, bound))
    condition = Q(compared(KeyTransform("amount", place), bound))
    currency = read_currency(text)
    return condition & holding(field.key, {"currency": currency}) if currency else condition
