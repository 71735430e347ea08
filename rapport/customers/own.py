"""The organisation's own fields of customers: their values with the results of formulas, and who is referred to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from rapport.customers.models import Customer
from rapport.fields.models import CustomField, Type, living
from rapport.fields.read import Manner, Value
from rapport.fields.reckon import Value as Worth
from rapport.fields.results import Calculator
from rapport.fields.words import Names
from rapport.lib.ids import LARGEST, number
from rapport.lib.names import fold_key
from rapport.people.models import User
from rapport.ui.templatetags.ui import locale

FEW = 50
# Merges of merges are followed this far; deeper ones show nobody.
MERGES = 10


def values_of(customer: Customer, reckoned: Calculator) -> dict[str, Value]:
    """What is kept and what follows from it, by key."""
    if not reckoned:
        return dict(customer.extra)
    own: dict[str, Worth] = {
        "name": customer.name,
        "city": customer.city,
        "country": customer.country,
        "language": customer.language,
        "created": timezone.localdate(customer.created_at),
        "last_contact": timezone.localdate(customer.last_contact_at) if customer.last_contact_at else None,
    }
    return {**customer.extra, **reckoned.of(customer.extra, own, timezone.localdate())}


def names_of(
    fields: Iterable[CustomField], values: Sequence[Mapping[str, Any]], *, reader: User | None
) -> dict[tuple[str, int], str]:
    """The names of all that ``values`` refer to, as far as ``reader`` may see them (programs get addresses)."""
    referred: dict[str, set[int]] = {Type.CUSTOMER: set(), Type.USER: set()}
    for field in fields:
        if field.type in referred:
            referred[field.type] |= {one[field.key] for one in values if isinstance(one.get(field.key), int)}
    found: dict[tuple[str, int], str] = {}
    if referred[Type.USER]:
        users = User.objects.filter(pk__in=referred[Type.USER]).values_list("pk", "name", "email")
        found |= {(Type.USER.value, pk): email if reader is None else name or email for pk, name, email in users}
    if referred[Type.CUSTOMER] and reader:
        found |= {(Type.CUSTOMER.value, pk): name for pk, name in survivors(referred[Type.CUSTOMER], reader).items()}
    return found


def survivors(ids: Iterable[int], reader: User) -> dict[int, str]:
    """By id the name under which each lives now, without those whom the reader may not see."""
    where = {pk: pk for pk in ids}
    seen: dict[int, tuple[str, int | None]] = {}
    for _step in range(MERGES):
        open_ = set(where.values()) - set(seen)
        if not open_:
            break
        rows = Customer.objects.filter(pk__in=open_).values_list("pk", "name", "merged_into")
        seen |= {pk: (name, into) for pk, name, into in rows}
        seen |= dict.fromkeys(open_ - set(seen), ("", None))
        where = {pk: seen[now][1] or now for pk, now in where.items()}
    visible = set(Customer.objects.visible_to(reader).filter(pk__in=set(where.values())).values_list("pk", flat=True))
    return {pk: seen[now][0] for pk, now in where.items() if now in visible and now in seen}


@dataclass
class People:
    """Whom a field may refer to, for one who writes: colleagues, and customers whom they may see."""

    writer: User

    @cached_property
    def users(self) -> list[tuple[int, str, str]]:
        users = User.objects.order_by("-is_active", "name", "pk")
        return [(pk, name or email, email) for pk, name, email in users.values_list("pk", "name", "email")]

    def user(self, said: object) -> int | None:
        """By address, name or number."""
        if isinstance(said, bool):
            return None
        if isinstance(said, int):
            return next((pk for pk, _name, _email in self.users if pk == said), None)
        words = str(said).casefold()
        by_address = next((pk for pk, _name, email in self.users if words in {email.casefold(), str(pk)}), None)
        named = [pk for pk, name, _email in self.users if name.casefold() == words]
        return by_address or (named[0] if len(named) == 1 else None)

    def customer(self, said: object) -> int | None:
        """By number, also behind the name as forms show it, or by a name that only one has."""
        if isinstance(said, bool):
            return None
        seen = Customer.objects.visible_to(self.writer)
        if isinstance(said, int):
            return seen.filter(pk=said).values_list("pk", flat=True).first() if 0 < said <= LARGEST else None
        behind = re.search(r"\((\d{1,18})\)$|^(\d{1,18})$", str(said).strip())
        if behind:
            pk = number(behind[1] or behind[2])
            return seen.filter(pk=pk).values_list("pk", flat=True).first()
        named = seen.living().filter(fold_key=fold_key(str(said)))[:2]
        return named[0].pk if len(named) == 1 else None

    def manner(self) -> Manner:
        """How they write, in the language they read."""
        comma = locale().number_symbols["latn"]["decimal"] == ","
        zone = timezone.get_current_timezone()
        return Manner(comma=comma, zone=zone, customer=self.customer, user=self.user)


@dataclass(frozen=True)
class Sheet:
    """Values and names of some customers, read together for a page."""

    fields: tuple[CustomField, ...]
    values: Mapping[int, Mapping[str, Value]]
    names: Names


def sheet(customers: Sequence[Customer], fields: Sequence[CustomField], *, reader: User) -> Sheet:
    shown = living(fields)
    reckoned = Calculator(shown)
    values = {one.pk: values_of(one, reckoned) for one in customers}
    return Sheet(tuple(shown), values, names_of(shown, list(values.values()), reader=reader))
