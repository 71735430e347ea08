"""Look customers up by the whole of what stands in a field of the organisation's own: a contract number, say."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from rapport.customers.models import Customer, holding
from rapport.fields.models import CustomField, Type, living
from rapport.fields.read import UnfitError, as_number
from rapport.fields.seen import declared_to, open_ones
from rapport.lib.numbers import read_number
from rapport.people.models import User

MOST_FIELDS = 50


@dataclass(frozen=True)
class Written:
    """A customer and the own field of theirs that says what was asked."""

    customer_id: int
    name: str
    kind: str
    city: str
    last_contact_at: datetime | None
    label: str
    value: str


def by_own(asked: str, scopes: Sequence[int] | None, *, reader: User, limit: int) -> list[Written]:
    """Living customers who have ``asked`` in a field of text, number or link, in capitals or not; by one index."""
    fields = [one for one in living(open_ones(declared_to(reader))) if one.type in {Type.TEXT, Type.NUMBER, Type.LINK}][
        :MOST_FIELDS
    ]
    meant = {(one.key, value): one for one in fields for value in values_of(one, asked)}
    if not meant:
        return []
    said = reduce(or_, (holding(key, value) for key, value in meant))
    found = Customer.objects.living().filter(said)
    if scopes is not None:
        found = found.filter(scope__in=scopes)
    return [
        Written(one.pk, one.name, one.kind, one.city, one.last_contact_at, field.label, str(one.extra[field.key]))
        for one in found[:limit]
        for field in [next(field for (key, value), field in meant.items() if one.extra.get(key) == value)]
    ]


def values_of(field: CustomField, asked: str) -> Iterator[str | int | float]:
    """How ``asked`` may stand in the field."""
    if field.type != Type.NUMBER:
        yield from dict.fromkeys((asked, asked.lower(), asked.upper(), asked.capitalize(), asked.title()))
        return
    number = read_number(asked)
    # What no field can hold stands in none.
    with suppress(UnfitError):
        yield from () if number is None else (as_number(number),)
