"""Hide identifiers of a kind that is too sensitive for whoever reads them."""

from collections.abc import Iterable
from typing import TypeVar

from rapport.customers.models import Identifier
from rapport.fields.sensitivity import MASK, hidden_in
from rapport.people.models import User

TABLE, COLUMN = "customers_identifier", "value"
# An identifier, or a row of its history.
Row = TypeVar("Row")


def hidden_kinds(reader: User) -> frozenset[str]:
    """The kinds of identifiers whose values ``reader`` may not see."""
    closed = hidden_in(reader, TABLE)
    return frozenset(kind.value for kind in Identifier.Kind if f"{COLUMN}.{kind.value}" in closed)


def veiled(rows: Iterable[Row], *, reader: User) -> list[Row]:
    """``rows`` to be shown and never saved: a mask stands for what may not be seen."""
    found, closed = list(rows), hidden_kinds(reader)
    for one in found if closed else ():
        if getattr(one, "kind", "") in closed:
            one.value = one.key = MASK  # type: ignore[attr-defined]
    return found
