"""The organisation's own fields as somebody may see them: those that are too sensitive for them are marked as hidden."""

from collections.abc import Mapping
from typing import Any

from rapport.fields.models import CustomField, declared
from rapport.fields.results import users_of
from rapport.fields.sensitivity import MASK, graded_in, hidden_in
from rapport.people.models import User

# Where the values are kept: the table and the column before the key, as the data dictionary names them.
TABLE, COLUMN = "customers_customer", "extra"


def declared_to(reader: User) -> list[CustomField]:
    """Every field, retired ones too, in their order, as ``reader`` may see them."""
    return marked(declared(), hidden_in(reader, TABLE))


def marked_for_all(fields: list[CustomField]) -> list[CustomField]:
    """As whoever may see the least sees them: for words that are told to many at once."""
    return marked(fields, graded_in(TABLE)) if fields else fields


def marked(fields: list[CustomField], closed: frozenset[str]) -> list[CustomField]:
    """What is reckoned from something hidden would tell it, so it is hidden, too."""
    by_key = {one.key: one for one in fields}
    ahead = [key for key in by_key if f"{COLUMN}.{key}" in closed]
    # Formulas reckon with golden fields, too.
    ahead += [one.key for name in closed for one in users_of(name, fields) if name not in by_key]
    while ahead:
        key = ahead.pop()
        by_key[key].hidden = True
        ahead += [one.key for one in users_of(key, fields) if not one.hidden]
    return fields


def open_ones(fields: list[CustomField]) -> list[CustomField]:
    """Those that are not hidden: only these are asked for, sorted and counted by, and changed."""
    return [one for one in fields if not one.hidden]


def masked(values: Mapping[str, Any], *, reader: User) -> dict[str, Any]:
    """Values by key, with a mask for those that ``reader`` may not see."""
    closed = {one.key for one in declared_to(reader) if one.hidden}
    return {key: MASK if key in closed else value for key, value in values.items()}
