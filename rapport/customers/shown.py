"""Note in the audit trail that sensitive data of customers were shown to somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rapport.audit.reads import note
from rapport.customers.models import Customer
from rapport.fields.sensitivity import graded_in, hidden_in
from rapport.people.models import User

TABLE, OWN = Customer._meta.db_table, "extra."  # noqa: SLF001


def sensitive_for(reader: User) -> frozenset[str]:
    """What is sensitive of a customer and yet open to ``reader``: columns, and fields of one's own as `extra.key`."""
    graded = graded_in(TABLE)
    return graded - hidden_in(reader, TABLE) if graded else graded


def note_shown(customers: Sequence[Customer], *, reader: User, place: str, at: datetime) -> int:
    """Note it for those of ``customers`` of whom something sensitive is filled in; how many rows were written."""
    open_to = sensitive_for(reader)
    shown = {one.pk: {column for column in open_to if filled(one, column)} for one in customers} if open_to else {}
    ids = [pk for pk, columns in shown.items() if columns]
    return note(reader, Customer, ids, set().union(*shown.values()), place=place, at=at) if ids else 0


def note_columns(names: Iterable[str], *, ids: Iterable[int] = (), reader: User, place: str, at: datetime) -> int:
    """Note that these columns of the list of customers went out: of ``ids``, or as a whole."""
    open_to = sensitive_for(reader)
    fields = {column for name in names for column in open_to if column in {name, f"{OWN}{name.removeprefix('x-')}"}}
    return note(reader, Customer, ids, fields, place=place, at=at)


def filled(customer: Customer, column: str) -> bool:
    if column.startswith(OWN):
        return customer.extra.get(column.removeprefix(OWN)) not in (None, "", [])
    return bool(getattr(customer, column, ""))
