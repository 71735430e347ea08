"""What rooms further down show on the lines of a timeline; PANELS names them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.timeline.read import Entry, Piece


@dataclass(frozen=True)
class Beside:
    """Says more on lines of one channel, or with none of all.

    What ``read`` answers for the id of an entry is `about` in ``template``. It gets entries that its reader may see.
    ``alone``: what has something of it is never folded into another line.
    """

    channel: str
    needs: str
    read: Callable[[Sequence[Entry], User], Mapping[int, object]]
    template: str
    alone: bool = False


def with_others(entries: Sequence[Entry], reader: User) -> tuple[Entry, ...]:
    """``entries`` with what others say of them, in a fixed number of queries."""
    said: dict[int, tuple[Piece, ...]] = {}
    parts: Sequence[Beside] = import_string(settings.PANELS)["line"]
    for part in parts:
        theirs = [one for one in entries if part.channel in {"", one.channel} and not one.private]
        if theirs and reader.allows(part.needs):
            for pk, about in part.read(theirs, reader).items():
                said[pk] = (*said.get(pk, ()), Piece(part.template, about, part.alone and about is not None))
    return tuple(replace(one, beside=said[one.id]) if one.id in said else one for one in entries)
