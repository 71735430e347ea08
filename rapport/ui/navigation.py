"""The doors and rooms of the left bar, the user menu and the palette, as far as the reader may enter them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Place(StrEnum):
    """Where a door stands on the page."""

    BAR = "bar"
    MENU = "menu"
    FIND = "find"
    WHY = "why"
    RING = "ring"
    BELL = "bell"
    QUICK = "quick"


@dataclass(frozen=True)
class Room:
    """A page that stands in the navigation; ``key`` is the letter that opens it after ``g``.

    The reader is in the room on this page, on the pages named in ``also`` and on all pages of a name space named there;
    else on every page whose address goes on from the room's, where no other room's address goes further.
    """

    title: "StrOrPromise"
    icon: str
    url_name: str
    needs: str
    count: Callable[[Any], int] | None = None
    key: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something to start from anywhere; a primary one has its own button in the top bar, ``key`` starts it."""

    title: "StrOrPromise"
    icon: str
    url_name: str
    needs: str
    primary: bool = False
    key: str = ""


@dataclass(frozen=True)
class Door:
    """Rooms under one heading. The rooms of the FIND door are the suggestions and the search page (may be the same).

    A folded one shows its rooms where the reader is in one of them, or opens it. The WHY door has the page that says why something is not there, the RING door who calls now. The BELL door has the
    page of all notices, the sign of the bell and what opens below it; the QUICK door what the palette offers on a page.
    """

    title: "StrOrPromise"
    rooms: tuple[Room, ...] = ()
    actions: tuple[Action, ...] = ()
    place: Place = Place.BAR
    folded: bool = False


@dataclass(frozen=True)
class Link:
    """A room or an action as the reader sees it now."""

    title: "StrOrPromise"
    icon: str
    url: str
    here: bool = False
    count: int = 0
    key: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Group:
    """The links behind one door."""

    title: "StrOrPromise"
    links: tuple[Link, ...]
    folded: bool = False
    here: bool = False


@dataclass(frozen=True)
class Shell:
    """What the frame around every page shows to this reader."""

    doors: tuple[Group, ...]
    menu: tuple[Link, ...]
    actions: tuple[Link, ...]
    suggestions_url: str
    find_url: str
    why_url: str
    ring_url: str
    quick_url: str
    live_url: str
    drafts_url: str
    bell: tuple[Link, ...] = ()

    @property
    def primary(self) -> list[Link]:
        return [action for action in self.actions if action.primary]

    @property
    def more(self) -> list[Link]:
        return [action for action in self.actions if not action.primary]


def shell(request: HttpRequest) -> dict[str, object]:
    """The template variable ``shell``; nothing is computed for a fragment that does not use it."""
    return {"shell": SimpleLazyObject(lambda: shell_of(request))}


def shell_of(request: HttpRequest) -> Shell:
    """What stands around the page; read once a request."""
    if not hasattr(request, "shell"):
        request.shell = read_shell(request)  # type: ignore[attr-defined]
    return request.shell  # type: ignore[no-any-return,attr-defined]


def read_shell(request: HttpRequest) -> Shell:
    # A request may be refused before anybody asked whose it is.
    known = hasattr(request, "user") and request.user.is_authenticated
    doors: tuple[Door, ...] = import_string(settings.NAV) if known else ()
    inside = where(doors, request)
    opened = [(door, links(door, request, inside)) for door in doors]
    find = [link.url for door, rooms in opened if door.place is Place.FIND for link in rooms]
    return Shell(
        doors=tuple(
            Group(door.title, rooms, door.folded, here=any(link.here for link in rooms))
            for door, rooms in opened
            if rooms and door.place is Place.BAR
        ),
        menu=tuple(link for door, rooms in opened if door.place is Place.MENU for link in rooms),
        actions=tuple(
            Link(action.title, action.icon, reverse(action.url_name), primary=action.primary, key=action.key)
            for door in doors
            for action in door.actions
            if allowed(request, action.needs)
        ),
        suggestions_url=find[0] if find else "",
        find_url=find[-1] if find else "",
        why_url=next((link.url for door, rooms in opened if door.place is Place.WHY for link in rooms), ""),
        ring_url=next((link.url for door, rooms in opened if door.place is Place.RING for link in rooms), ""),
        quick_url=next((link.url for door, rooms in opened if door.place is Place.QUICK for link in rooms), ""),
        bell=tuple(link for door, rooms in opened if door.place is Place.BELL for link in rooms),
        live_url=settings.LIVE_URL,
        drafts_url=settings.DRAFTS_URL,
    )


def where(doors: tuple[Door, ...], request: HttpRequest) -> set[str]:
    """The url names of the rooms that the reader is in."""
    here = request.resolver_match
    rooms = [room for door in doors for room in door.rooms]
    if here is None:
        return set()
    named = {room.url_name for room in rooms if {here.view_name, here.namespace} & {room.url_name, *room.also}}
    if named:
        return named
    address = {reverse(room.url_name): room.url_name for room in rooms}
    before = [url for url in address if url != "/" and request.path.startswith(url)]
    return {address[max(before, key=len)]} if before else set()


def links(door: Door, request: HttpRequest, inside: set[str]) -> tuple[Link, ...]:
    """The rooms behind ``door`` that the reader may enter."""
    return tuple(
        Link(
            room.title,
            room.icon,
            reverse(room.url_name),
            here=room.url_name in inside,
            count=room.count(request.user) if room.count else 0,
            key=room.key,
        )
        for room in door.rooms
        if allowed(request, room.needs)
    )


def allowed(request: HttpRequest, permission: str) -> bool:
    return bool(request.user.is_authenticated and request.user.allows(permission))
