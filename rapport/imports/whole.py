"""What larger thing an import is part of; PANELS names who knows of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.imports.models import ImportRun


@dataclass(frozen=True)
class Whole:
    """What an import belongs to, and the page where that is begun, repeated and taken back."""

    title: str
    url: str


def whole_of(run: ImportRun) -> Whole | None:
    if not run.part:
        return None
    rooms: Sequence[Callable[[ImportRun], Whole | None]] = import_string(settings.PANELS)["whole"]
    return next((found for knows in rooms if (found := knows(run))), None)
