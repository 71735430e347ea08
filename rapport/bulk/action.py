"""What can be done to many records of a list: declared per kind of record, run by one engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse

from rapport.lists.record_list import Deeds, RecordList
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Said = Mapping[str, Any]


def no_words(_said: Said) -> str:
    return ""


@dataclass(frozen=True)
class Batch:
    """A set of records that exist and that ``by`` may see at this moment, in the order of their ids."""

    ids: Sequence[int]
    said: Said
    by: User
    at: datetime


@dataclass
class Outcome:
    """What became of a batch; ``back`` is what its undo is given. Whoever is in none of the three was so already."""

    changed: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    back: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What taking a batch back did: how many came back, and who stays, with the reason."""

    back: int
    left: Mapping[int, str]


@dataclass(frozen=True)
class Undone:
    """A batch to be taken back: what was kept of it, and when it was done."""

    kept: Mapping[str, Any]
    done_at: datetime
    by: User
    at: datetime


@dataclass(frozen=True)
class Action:
    """``form`` asks for what has to be said and ``read`` makes plain values of it.

    ``same`` finds those that are so already. Without ``undo`` there is nothing to take back. ``most`` bounds the
    selection. ``file`` says that it makes a file instead of a change.
    """

    name: str
    label: "StrOrPromise"
    icon: str
    needs: str
    form: Callable[[User, QueryDict | None], Form]
    read: Callable[[Any], Said]
    words: Callable[[Said], str]
    do: Callable[[Batch], Outcome] | None = None
    same: Callable[[Said], Q | None] = lambda _said: None
    undo: Callable[[Undone], Taken] | None = None
    most: int = 0
    danger: bool = False
    file: bool = False


@dataclass(frozen=True)
class Records:
    """A kind of record that is changed in bulk: its rows as a user sees them, its list, and what can be done."""

    kept: RecordList
    actions: Sequence[Action]
    sample: Callable[[Any], str] = str

    @property
    def name(self) -> str:
        return self.kept.name

    def deeds(self, user: User) -> Deeds:
        """What the bar above the list offers."""
        return Deeds(reverse("bulk:prepare", args=[self.name]), self.open_to(user))

    def named(self, name: str) -> Action:
        return next(one for one in self.actions if one.name == name)

    def action(self, name: str, user: User) -> Action | None:
        """The action of this name, if the user may do it."""
        return next((one for one in self.open_to(user) if one.name == name), None)

    def open_to(self, user: User) -> list[Action]:
        return [one for one in self.actions if user.allows(one.needs)]
