"""What a way back is: how changes of one deed are told, and what takes them back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.journal.change import Change, Deed
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Choices = Mapping[str, str]
# What a person may say of a field that somebody changed since.
BACK, STAYS = "back", "stays"


@dataclass(frozen=True)
class Clash:
    """Something that is no longer as the change left it: what stands there now, and what would come back."""

    key: str
    label: "StrOrPromise"
    now: str
    back: str


class UndoError(Exception):
    """A change that can't be taken back; `code` says why, `clashes` what has to be decided first."""

    def __init__(self, code: str, clashes: Sequence[Clash] = ()) -> None:
        super().__init__(code)
        self.code, self.clashes = code, tuple(clashes)


class Undo(Protocol):
    def __call__(self, change: Change, *, by: User, at: datetime, choices: Choices) -> None: ...


@dataclass(frozen=True)
class WayBack:
    """``undo`` raises UndoError; ``seen`` says whether a reader may see all that the change is about."""

    needs: str
    words: Callable[[Change], "StrOrPromise"]
    undo: Undo
    seen: Callable[[Change, User], bool]
    icon: str = "pencil"
    # Where the change has a page of its own.
    url: Callable[[Change], str] | None = None


def way_back(change: Change) -> WayBack:
    ways = cast(Mapping[Deed, WayBack], import_string(settings.UNDO))
    return ways[Deed(change.deed)]
