"""Addresses of a list with changes: another order, a condition less, another page."""

from collections.abc import Collection

from django.http import QueryDict

PLACE = ("after", "before")


def address(query: QueryDict, **changes: str | None) -> str:
    """The query string with changes; it leads to the first page unless it names another."""
    new = beginning(query)
    for name, value in changes.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = value
    return written(new)


def without(query: QueryDict, pairs: Collection[tuple[str, str]]) -> str:
    """The query string without some of its pairs."""
    new = beginning(query)
    for name, text in pairs:
        new.setlist(name, [value for value in new.getlist(name) if value != text])
    return written(new)


def beginning(query: QueryDict) -> QueryDict:
    new = query.copy()
    for name in PLACE:
        new.pop(name, None)
    return new


def written(query: QueryDict) -> str:
    for name in list(query):
        query.setlist(name, [value for value in query.getlist(name) if value])
    return "?" + query.urlencode(safe="/:,")


def state(query: QueryDict, without: Collection[str]) -> tuple[tuple[str, str], ...]:
    """What a form carries along of the address: everything but its own fields and the place in the list."""
    return tuple(
        (name, value)
        for name, values in query.lists()
        if name not in without and name not in PLACE
        for value in values
        if value
    )


def words_of(query: QueryDict, name: str) -> list[str]:
    return [word for text in query.getlist(name) for word in text.split(",")]
