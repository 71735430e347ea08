"""A place in a list, written so that nobody is tempted to build one by hand."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from rapport.lib.ids import LARGEST


def write(*place: str | int) -> str:
    return urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read(text: str, *kinds: type) -> tuple[str | int, ...] | None:
    """The place that ``write`` wrote, its parts of ``kinds``; None for anything else."""
    try:
        place = json.loads(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(place, list) or [type(part) for part in place] != list(kinds):
        return None
    return tuple(place) if all(map(storable, place)) else None


def storable(part: str | int) -> bool:
    """Whether the database can be asked for it."""
    if isinstance(part, int):
        return 0 <= part <= LARGEST
    return "\0" not in part and not any("\ud800" <= sign <= "\udfff" for sign in part)
