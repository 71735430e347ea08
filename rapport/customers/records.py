"""A customer's record as a source sends it: plain values, cleaned on the way in."""

from collections.abc import Mapping
from typing import NamedTuple

from rapport.customers.golden import FIELDS, OWN, Value
from rapport.customers.models import Kind
from rapport.lib.identifiers import Identity
from rapport.lib.names import clean

ROOM = {"name": 400, "street": 400, "website": 400, "postcode": 40, "language": 20, "time_zone": 60, "country": 100}
ROOM_OF_OTHERS = 200
LONGEST_TAG = 100
NOTHING: Mapping[str, object] = {}


# A tuple: imports make several for every row, and a frozen dataclass takes three times as long.
class RecordIn(NamedTuple):
    """One record of one source. An `external_id` of "" is derived from what identifies it."""

    source: str
    external_id: str
    kind: Kind
    claims: Mapping[str, Value]
    identities: tuple[Identity, ...] = ()
    raw: Mapping[str, object] = NOTHING
    company: str = ""
    company_role: str = ""
    guess: bool = False
    wishes: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        name = self.claims.get("name", "")
        return name if isinstance(name, str) else ""


def claims(values: Mapping[str, Value]) -> dict[str, Value]:
    """What ``values`` say of golden fields: cleaned, cut to size, empty ones left out, a name made of its parts."""
    said: dict[str, Value] = {}
    for name in FIELDS:
        value = values.get(name)
        if isinstance(value, str):
            value = clean(value)[: ROOM.get(name, ROOM_OF_OTHERS)]
        elif isinstance(value, list):
            value = sorted({clean(tag)[:LONGEST_TAG] for tag in value} - {""})
        if value:
            said[name] = value
    # Whoever takes in the organisation's own fields reads them by their type first.
    said.update((name, value) for name, value in values.items() if name.startswith(OWN) and value is not None)
    if "name" not in said:
        parts = (said.get("first_name"), said.get("last_name"))
        full = " ".join(part for part in parts if isinstance(part, str))
        if full:
            said["name"] = full[: ROOM["name"]]
    return said
