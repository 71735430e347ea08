"""Hide what is too sensitive for whoever reads it: identifiers of a kind, and fields of the golden record and of addresses."""

from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Identifier
from rapport.fields.sensitivity import MASK, graded_in, hidden_in
from rapport.people.models import User

NOT_SEEN = _("You may not see this, so you may not change it.")
TABLE, COLUMN = "customers_identifier", "value"
# An identifier, or a row of its history.
Row = TypeVar("Row")
# The columns of a customer that can be hidden from somebody who sees the customer. By name, kind, owner and team
# everybody finds and sorts them.
HIDEABLE = frozenset({"street", "postcode", "city", "region", "country", "language", "time_zone", "website", "tags"})
# A condition that has not the name of its column.
CONDITIONS = {"tags": "tag"}
# Further addresses hold the same columns; whatever is hidden in one is in the other, too.
HOLDERS = ("customers_customer", "customers_address")


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


def covered(value: str, kind: str, *, reader: User) -> str:
    """An address or number of this kind as ``reader`` may see it, wherever it is kept."""
    return MASK if value and kind in hidden_kinds(reader) else value


def hidden_columns(reader: User) -> frozenset[str]:
    """The fields of the golden record and of addresses that ``reader`` may not see."""
    return HIDEABLE & frozenset[str]().union(*(hidden_in(reader, table) for table in HOLDERS))


def hidden_conditions(reader: User) -> frozenset[str]:
    """What ``reader`` may not ask of lists, or right and wrong guesses would tell."""
    return frozenset(CONDITIONS.get(name, name) for name in hidden_columns(reader))


def graded_columns() -> frozenset[str]:
    """Those that not everybody may see: for words that are told to many at once."""
    return HIDEABLE & frozenset[str]().union(*(graded_in(table) for table in HOLDERS))


def thin(row: Row, *, reader: User) -> Row:
    """A customer or address, or a row of its history, to be shown and never saved: a mask stands for what is hidden."""
    closed = [name for name in hidden_columns(reader) if getattr(row, name, "")]
    if not closed:
        return row
    shown: Any = copy(row)
    for name in closed:
        setattr(shown, name, [MASK] if isinstance(getattr(row, name), list) else MASK)
    return shown  # type: ignore[no-any-return]


def thinned(rows: Iterable[Row], *, reader: User) -> list[Row]:
    return [thin(one, reader=reader) for one in rows]
