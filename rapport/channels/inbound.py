"""What arrives from outside, whatever the channel, as plain values."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    SMS = "sms"
    POST = "post"
    VISIT = "visit"
    WEB = "web"
    SOCIAL = "social"
    PORTAL = "portal"
    STORE = "store"
    SYSTEM = "system"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


# The kind of a clue that only tells who was there: a colleague, a stranger in copy. It finds nobody and founds nobody.
SEEN = "seen"
# A number that rang here. Whoever has it was looked up before: by itself it finds nobody and founds nobody.
CALLER = "caller"
NOTHING: Mapping[str, object] = {}


# Tuples, here and below: imports make one of each for every row, and a frozen dataclass takes three times as long.
class Clue(NamedTuple):
    """An identifier as it arrived, before anybody normalised it."""

    kind: str
    value: str
    namespace: str = ""
    label: str = ""


class Party(NamedTuple):
    """Somebody who took part: by the clues that arrived, or as a member already known."""

    clues: tuple[Clue, ...] = ()
    role: str = "customer"
    name: str = ""
    member_id: int | None = None


class Inbound(NamedTuple):
    """One thing that passed between customers and us. `source` and `external_id` make it once."""

    source: str
    external_id: str
    at: datetime
    channel: Channel
    direction: Direction
    kind: str
    parties: tuple[Party, ...]
    subject: str = ""
    text: str = ""
    amount: Decimal | None = None
    currency: str = ""
    brand: str = ""
    touchpoint: str = ""
    data: Mapping[str, object] = NOTHING
