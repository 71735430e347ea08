"""An arrival as rows, and the digest that tells a correction from a repeat."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b

from pydantic_core import PydanticSerializationError, to_json

from rapport.channels.inbound import Inbound
from rapport.identity.arrive import Arrived
from rapport.lib.copying import as_json
from rapport.people.models import User

INTERACTION = (
    *("id", "channel", "direction", "kind", "at", "received_at", "source", "subject", "text", "amount", "currency"),
    *("brand_id", "touchpoint", "data", "author_id", "version", "unassigned"),
)
PARTICIPATION = ("interaction_id", "member_id", "role", "main", "clue_kind", "clue_value", "at")
LONGEST_SUBJECT = 1000


def digest(inbound: Inbound) -> bytes:
    """16 bytes that are equal when all that arrived is equal."""
    amount = inbound.amount
    content = (
        # As plain words: of an enumeration it would take five times as long to write what is in it.
        *(inbound.at.timestamp(), str(inbound.channel), str(inbound.direction), inbound.kind, inbound.subject),
        *(inbound.text, None if amount is None else f"{(amount + 0).normalize():f}", inbound.currency),
        *(inbound.brand, inbound.touchpoint, inbound.data),
        [
            (party.role, party.name, party.member_id, [(clue.kind, clue.namespace, clue.value) for clue in party.clues])
            for party in inbound.parties
        ],
    )
    try:
        written = to_json(content, fallback=str)
    except PydanticSerializationError:  # Half a character, as damaged files hold.
        written = as_json(content).encode(errors="replace")
    return blake2b(written, digest_size=16).digest()


def plain(text: str) -> str:
    """``text`` without the NUL that PostgreSQL can't hold."""
    return text.replace("\x00", "") if "\x00" in text else text


def interaction_row(
    interaction_id: int,
    inbound: Inbound,
    arrived: Arrived,
    brands: Mapping[str, int],
    by: User | None,
    at: datetime,
) -> tuple[object, ...]:
    return (
        *(interaction_id, str(inbound.channel), str(inbound.direction), plain(inbound.kind)[:60], inbound.at, at),
        *(plain(inbound.source)[:100], plain(inbound.subject)[:LONGEST_SUBJECT], plain(inbound.text)),
        *(inbound.amount, inbound.currency.upper()[:3], brands.get(inbound.brand), plain(inbound.touchpoint)[:200]),
        *(as_json(inbound.data) if inbound.data else "{}", by.pk if by else None, 1, arrived.member_id is None),
    )


def participation_rows(interaction_id: int, inbound: Inbound, arrived: Arrived) -> Iterator[tuple[object, ...]]:
    for seat in arrived.seats:
        who = (interaction_id, seat.member_id, seat.role[:20], seat.main)
        yield (*who, seat.kind[:10], plain(seat.value)[:400], inbound.at)
