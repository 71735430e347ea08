"""The clues of a participation: one line may keep several, each of its kind."""

from collections.abc import Collection, Iterator

from rapport.channels.inbound import CALLER
from rapport.customers.models import Identifier

BETWEEN = ", "


def clues_in(kind: str, value: str) -> Iterator[tuple[str, str]]:
    """Kind and value of each clue of a line; the first is of the line's kind."""
    usual = Identifier.Kind.PHONE.value if kind == CALLER else kind
    for place, one in enumerate(filter(None, value.split(BETWEEN))):
        yield (usual if place == 0 or kind == CALLER else kind_of(one, usual)), one


def kind_of(value: str, usual: str) -> str:
    if "@" in value.lstrip("@"):
        return Identifier.Kind.EMAIL.value
    return Identifier.Kind.PHONE.value if value.removeprefix("+")[:1].isdigit() else usual


def hides(closed: Collection[str], kind: str, value: str) -> bool:
    """Whether a line keeps something of a kind that is closed; then all of it is covered."""
    return bool(closed) and any(found in closed for found, _value in clues_in(kind, value))
