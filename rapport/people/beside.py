"""What rooms further down add to the pages of people: tabs, doors to open, and work that nobody has in hand."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class PersonDoor:
    """A page about a colleague; ``posts`` says that it is begun by a form rather than opened."""

    title: "StrOrPromise"
    icon: str
    url_name: str
    needs: str
    posts: bool = False
    fits: Callable[[User, User], bool] = lambda _reader, _person: True


@dataclass(frozen=True)
class Opened:
    """A door as it stands on the page of one colleague."""

    door: PersonDoor
    url: str


@dataclass(frozen=True)
class Tab:
    """A page of another room that stands in the row of tabs of people; its view names it by ``name``."""

    name: str
    title: "StrOrPromise"
    url_name: str
    needs: str


@dataclass(frozen=True)
class OpenTab:
    """A tab as it stands on a page."""

    tab: Tab
    url: str


def tabs_beside(reader: User) -> list[OpenTab]:
    tabs: tuple[Tab, ...] = import_string(settings.PANELS)["people tabs"]
    return [OpenTab(one, reverse(one.url_name)) for one in tabs if reader.allows(one.needs)]


def doors_to(person: User, *, reader: User) -> list[Opened]:
    doors: tuple[PersonDoor, ...] = import_string(settings.PANELS)["person"]
    return [
        Opened(one, reverse(one.url_name, args=[person.pk]))
        for one in doors
        if reader.allows(one.needs) and one.fits(reader, person)
    ]


def left_behind(people: Collection[User]) -> Mapping[int, int]:
    """By those who can't sign in any more how much is still in their hands."""
    count = cast(Callable[[Collection[User]], Mapping[int, int]], import_string(settings.PANELS)["left behind"])
    return count(people)
