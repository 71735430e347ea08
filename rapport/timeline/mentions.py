"""Keep whom of us a note or a call speaks to, and know it again under the names they have now."""

from collections.abc import Mapping, Sequence
from typing import Any

from rapport.customers.models import Customer
from rapport.people.access import readers_of
from rapport.people.mentions import renamed, spoken_to

KEPT = "@mentions"


def mentions(customer: Customer, **said: str) -> dict[str, Any]:
    """What of these texts are colleagues who may see ``customer``, as an interaction's data keep it."""
    if not any("@" in text for text in said.values()):
        return {}
    colleagues = list(readers_of(customer.scope_id))
    found = {field: [list(place) for place in spoken_to(text, colleagues)] for field, text in said.items()}
    kept = {field: places for field, places in found.items() if places}
    return {KEPT: kept} if kept else {}


def named_in(data: Mapping[str, Any]) -> set[int]:
    """The ids of those who are spoken to."""
    return {place[2] for field in ("text", "subject") for place in places_in(data, field)}


def places_in(data: Mapping[str, Any], field: str) -> list[Sequence[int]]:
    """Where a text names a colleague; what a source sent under this key in another shape counts for nothing."""
    kept = data.get(KEPT)
    places = kept.get(field) if isinstance(kept, dict) else None
    return [one for one in places if is_place(one)] if isinstance(places, list) else []


def is_place(place: object) -> bool:
    return isinstance(place, list) and len(place) == 3 and all(isinstance(one, int) for one in place)  # noqa: PLR2004


def said_now(text: str, data: Mapping[str, Any], field: str, names: Mapping[int, str]) -> str:
    """A text with the present names of those it speaks to."""
    return renamed(text, places_in(data, field), names)
