"""Read the rows that a view asks for, a page at a time, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from rapport.lists.record_list import RecordList
from rapport.people.models import User
from rapport.ui.keyset import Cursor, read_page
from rapport.ui.listing import Column


@dataclass(frozen=True)
class Rows:
    """One page; ``next`` is where the following one begins, empty at the end."""

    columns: Sequence[Column[Any]]
    items: Sequence[dict[str, Any]]
    next: str


def run_view(kept: RecordList, state: QueryDict, *, reader: User, after: str, limit: int) -> Rows | None:
    """None when ``after`` is no place in the order of the view."""
    listing = kept.listing(reader)
    asked = listing.asked(state)
    place = QueryDict(mutable=True)
    place["after"] = after
    cursor = Cursor.of(place, asked.order) if after else None
    if after and cursor is None:
        return None
    page = read_page(asked.of(kept.rows(reader)), asked.order, cursor, limit, kept.scopes(reader))
    names = [one.name for one in asked.columns]
    items = [
        {"id": pk, **dict(zip(names, values, strict=True))}
        for pk, _line, values in listing.read(page.ids, asked, plain=True)
    ]
    return Rows(asked.columns, items, page.last.text if page.older and page.last else "")
