"""What rooms further down show on the lines of a timeline; PANELS names them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.timeline.read import Entry, Piece


@dataclass(frozen=True)
class Beside:
    """Says more on lines of one channel, or with none of all: what ``read`` answers for an interaction is `about` in ``template``."""

    channel: str
    needs: str
    read: Callable[[Sequence[int], User], Mapping[int, object]]
    template: str


def with_others(entries: Sequence[Entry], reader: User) -> tuple[Entry, ...]:
    """``entries`` with what others say of them, in a fixed number of queries."""
    said: dict[int, tuple[Piece, ...]] = {}
    parts: Sequence[Beside] = import_string(settings.PANELS)["line"]
    for part in parts:
        ids = [one.id for one in entries if part.channel in {"", one.channel} and not one.private]
        if ids and reader.allows(part.needs):
            for pk, about in part.read(ids, reader).items():
                said[pk] = (*said.get(pk, ()), Piece(part.template, about))
    return tuple(replace(one, beside=said[one.id]) if one.id in said else one for one in entries)
