"""Which views somebody keeps above a list: kept downstream, with whatever else they keep at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from rapport.lists.models import View
from rapport.people.models import User


class PinView(Protocol):
    def __call__(self, view: View, *, by: User, at: datetime) -> None: ...


class UnpinView(Protocol):
    def __call__(self, view: View, *, by: User) -> None: ...


@dataclass(frozen=True)
class Pinned:
    """``of`` are the pins of a user, each with its ``view`` and since when (``at``); ``pin`` raises ViewError."""

    of: Callable[[User], QuerySet[Any]]
    pin: PinView
    unpin: UnpinView
    most: int


def pinned() -> Pinned:
    """As the composition file says."""
    (found,) = cast(tuple[Pinned], import_string(settings.PANELS)["pinned views"])
    return found
