"""Tell the organisation's own fields of a customer on its page, each where it may be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from rapport.customers.detail import Detail, address
from rapport.customers.models import Customer
from rapport.customers.own import sheet
from rapport.fields.models import CustomField, Type, living
from rapport.fields.read import Value
from rapport.fields.words import Names, in_words, labels
from rapport.people.models import User


@dataclass(frozen=True)
class More:
    """One field of the customer: as its reader sees it, and what says so under which name."""

    detail: Detail
    claim: str
    numeric: bool
    group: str


def more_of(customer: Customer, fields: Sequence[CustomField], *, reader: User) -> list[More]:
    """Every field in use that is about such a customer, filled or not."""
    told = sheet([customer], living(fields, customer.kind), reader=reader)
    values = told.values[customer.pk]
    return [
        More(told_of(one, values.get(one.key), told.names, customer, reader), one.claim, one.type in NUMERIC, one.group)
        for one in told.fields
    ]


NUMERIC = {Type.NUMBER, Type.MONEY}


def told_of(field: CustomField, value: Value | None, names: Names, customer: Customer, reader: User) -> Detail:
    url = "" if field.computed or field.hidden else address("field", customer.pk, field.name, reader)
    tags = tuple(labels(field, value)) if field.type == Type.CHOICES and isinstance(value, list) else ()
    return Detail(field.name, field.label, in_words(field, value, names), url, link_of(field, value, names), tags)


def link_of(field: CustomField, value: Value | None, names: Names) -> str:
    """Where a value leads to."""
    if field.hidden:
        return ""
    if field.type == Type.LINK and isinstance(value, str) and value.startswith(("http://", "https://")):
        return value
    if field.type == Type.CUSTOMER and isinstance(value, int) and (Type.CUSTOMER.value, value) in names:
        return reverse("customer", args=[value])
    return ""
