"""Ask every room that may know why something is not where the reader looked for it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.ui.why import Cause, Explainer


@dataclass(frozen=True)
class Answer:
    """What one room knows of it."""

    room: Explainer
    causes: tuple[Cause, ...]


def why(words: str, *, reader: User) -> list[Answer]:
    """The answers of the rooms that ``reader`` may enter and that know anything of ``words``."""
    rooms: tuple[Explainer, ...] = import_string(settings.PANELS)["why"]
    asked = [Answer(room, tuple(room.explain(words, reader))) for room in rooms if reader.allows(room.needs)]
    return [answer for answer in asked if answer.causes]
