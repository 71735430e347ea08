"""Speak CalDAV (RFC 4791, 6578) with a calendar server: find calendars, hear what changed, read, write and delete entries.

Everything goes through `channels.http`: only addresses that may be asked, bounded in time and size. Whatever a server
says of itself is believed only about itself: an entry that it places on another server, or outside of the calendar, is
passed over.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from rapport.channels.http import LARGEST, Answer, Asked, HttpError, ask, parsed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DAV, CALDAV, SERVER = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
SECONDS, AT_ONCE, MOST_HOPS = 20.0, 50, 4
MULTI, CHANGED_THERE, GONE = 207, 412, (404, 410)
MOVED = (301, 302, 303, 307, 308)
SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
WHO = f"<d:propfind {SPACES}><d:prop><d:current-user-principal/><d:resourcetype/><d:displayname/></d:prop></d:propfind>"
HOME = f"<d:propfind {SPACES}><d:prop><c:calendar-home-set/></d:prop></d:propfind>"
KINDS = (
    f"<d:propfind {SPACES}><d:prop><d:resourcetype/><d:displayname/>"
    "<c:supported-calendar-component-set/></d:prop></d:propfind>"
)
TAGS = f"<d:propfind {SPACES}><d:prop><d:getetag/><d:resourcetype/></d:prop></d:propfind>"
SINCE = (
    f"<d:sync-collection {SPACES}><d:sync-token>{{token}}</d:sync-token><d:sync-level>1</d:sync-level>"
    "<d:prop><d:getetag/></d:prop></d:sync-collection>"
)
SEVERAL = (
    f"<c:calendar-multiget {SPACES}><d:prop><d:getetag/><c:calendar-data/></d:prop>{{hrefs}}</c:calendar-multiget>"
)


class DavError(Exception):
    """It was not done; the text is a word for why: those of HttpError, a status, `changed`, `not dav` or `none`."""


@dataclass(frozen=True)
class Account:
    """Who signs in where."""

    address: str
    user: str
    secret: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        told = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {told}"}


@dataclass(frozen=True)
class Found:
    """A calendar on a server."""

    address: str
    name: str


@dataclass(frozen=True)
class Changes:
    """What changed since a token: path → etag, and the paths that are gone. ``whole``: it is all there is."""

    changed: Mapping[str, str]
    gone: tuple[str, ...]
    token: str
    whole: bool


@dataclass(frozen=True)
class Entry:
    """One entry as it lies on the server."""

    etag: str
    text: str


@dataclass(frozen=True)
class Said:
    """What a server says of one path: its properties, none when there is nothing."""

    path: str
    there: bool
    prop: "Element | None"

    def text(self, name: str) -> str:
        found = self.prop.find(name) if self.prop is not None else None
        return (found.text or "").strip() if found is not None else ""

    def href(self, name: str) -> str:
        found = self.prop.find(f"{name}/{DAV}href") if self.prop is not None else None
        return (found.text or "").strip() if found is not None else ""

    def has(self, name: str) -> bool:
        return self.prop is not None and self.prop.find(name) is not None


def asked(
    account: Account, method: str, address: str, body: str = "", *, more: Mapping[str, str] | None = None
) -> Answer:
    """What the server says. No answer, or one that no caller can use: DavError."""
    headers = {"Content-Type": "application/xml; charset=utf-8", **account.headers, **(more or {})}
    try:
        url = parsed(address)
        answer = ask(Asked(method, url, headers, body.encode(), largest=LARGEST * 2), SECONDS)
    except HttpError as problem:
        raise DavError(problem.code) from problem
    except httpx.InvalidURL as problem:
        raise DavError("address") from problem
    if answer.status == CHANGED_THERE:
        raise DavError("changed")
    return answer


def report(account: Account, method: str, address: str, body: str, *, depth: int) -> tuple[list[Said], str]:
    """What a server lists, and its token. Goes along when it says that the place is elsewhere on the same server."""
    answer = asked(account, method, address, body, more={"Depth": str(depth)})
    for _hop in range(MOST_HOPS):
        place = answer.headers.get("location", "")
        if answer.status not in MOVED or not place:
            break
        address = on_same(address, place)
        answer = asked(account, method, address, body, more={"Depth": str(depth)})
    if answer.status != MULTI:
        raise DavError(str(answer.status) if not answer.ok else "not dav")
    try:
        root = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError) as problem:
        raise DavError("not dav") from problem
    return list(said_in(root, address)), (root.findtext(f"{DAV}sync-token") or "").strip()


def on_same(address: str, place: str) -> str:
    """Where ``place`` is, as long as it is on the server of ``address``; a password goes nowhere else. Else DavError."""
    try:
        old, new = parsed(address), parsed(str(parsed(address).join(place)))
    except (HttpError, httpx.InvalidURL, ValueError) as problem:
        raise DavError("address") from problem
    if (old.host, old.port) != (new.host, new.port) or old.scheme != new.scheme:
        raise DavError("elsewhere")
    return str(new)


def said_in(root: "Element", address: str) -> Iterator[Said]:
    for response in root.iter(f"{DAV}response"):
        try:
            path = path_of(on_same(address, (response.findtext(f"{DAV}href") or "").strip()))
        except DavError:
            continue
        there = " 404 " not in f"{response.findtext(f'{DAV}status') or ''} "
        good = [
            one.find(f"{DAV}prop")
            for one in response.findall(f"{DAV}propstat")
            if " 200 " in f"{one.findtext(f'{DAV}status') or ''} "
        ]
        yield Said(path, there, next(iter(good), None))


def path_of(address: str) -> str:
    """In one spelling: servers write signs as themselves or in hexadecimal."""
    return httpx.URL(address).raw_path.decode("ascii").partition("?")[0]


def calendars(account: Account) -> list[Found]:
    """The calendars that the account may use, by name. Raises DavError."""
    found: dict[str, Found] = {}
    trouble: DavError | None = None
    for start in (account.address, on_same(account.address, "/.well-known/caldav")):
        try:
            for one in below(account, start):
                found.setdefault(one.address, one)
        except DavError as problem:
            trouble = trouble or problem
        if found:
            return sorted(found.values(), key=lambda one: (one.name.casefold(), one.address))
    raise trouble or DavError("none")


def below(account: Account, start: str) -> Iterator[Found]:
    """A calendar itself, or those in the home of whoever signs in."""
    answers, _token = report(account, "PROPFIND", start, WHO, depth=0)
    first = next((one for one in answers if one.prop is not None), None)
    if first is None:
        raise DavError("not dav")
    if first.has(f"{DAV}resourcetype/{CALDAV}calendar"):
        yield Found(
            on_same(start, first.path), first.text(f"{DAV}displayname") or first.path.rstrip("/").split("/")[-1]
        )
        return
    principal = first.href(f"{DAV}current-user-principal")
    homes, _token = report(account, "PROPFIND", on_same(start, principal or start), HOME, depth=0)
    home = next((one.href(f"{CALDAV}calendar-home-set") for one in homes if one.prop is not None), "")
    listed, _token = report(account, "PROPFIND", on_same(start, home or start), KINDS, depth=1)
    for one in listed:
        if one.has(f"{DAV}resourcetype/{CALDAV}calendar") and takes_events(one):
            yield Found(on_same(start, one.path), one.text(f"{DAV}displayname") or one.path.rstrip("/").split("/")[-1])


def takes_events(said: Said) -> bool:
    kinds = said.prop.find(f"{CALDAV}supported-calendar-component-set") if said.prop is not None else None
    return kinds is None or any(one.get("name", "").upper() == "VEVENT" for one in kinds)


def changes(account: Account, calendar: str, token: str) -> Changes:
    """What changed since ``token``; everything without one, or where the server does not know it any more."""
    answers, now = since(account, calendar, token)
    if not now:
        if token:
            return changes(account, calendar, "")
        # It keeps no account of changes: everything is listed, and the place itself is always in it.
        answers, _none = report(account, "PROPFIND", calendar, TAGS, depth=1)
        if not answers:
            raise DavError("not dav")
    inside = [one for one in answers if is_inside(calendar, one.path)]
    changed = {one.path: one.text(f"{DAV}getetag") for one in inside if one.there and one.text(f"{DAV}getetag")}
    return Changes(changed, tuple(one.path for one in inside if not one.there), now, whole=not token)


def since(account: Account, calendar: str, token: str) -> tuple[list[Said], str]:
    """What a server says of its changes; no new token where it keeps no account of them."""
    try:
        return report(account, "REPORT", calendar, SINCE.format(token=escape(token)), depth=0)
    except DavError as problem:
        if not str(problem).isdigit() or str(problem) in {"401", "429", "503"}:
            raise
        return [], ""


def is_inside(calendar: str, path: str) -> bool:
    base = path_of(calendar)
    return path.startswith(base) and path != base and "/" not in path[len(base) :].rstrip("/") and "/.." not in path


def entries(account: Account, calendar: str, paths: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """What lies at these paths now; of what is gone meanwhile nothing is said."""
    wanted = list(paths)
    for place in range(0, len(wanted), AT_ONCE):
        hrefs = "".join(f"<d:href>{escape(one)}</d:href>" for one in wanted[place : place + AT_ONCE])
        answers, _token = report(account, "REPORT", calendar, SEVERAL.format(hrefs=hrefs), depth=1)
        for one in answers:
            text = one.text(f"{CALDAV}calendar-data")
            if one.there and text and is_inside(calendar, one.path):
                yield one.path, Entry(one.text(f"{DAV}getetag"), text)


def entry(account: Account, calendar: str, path: str) -> Entry | None:
    return next((one for found, one in entries(account, calendar, [path]) if found == path), None)


def put(account: Account, calendar: str, path: str, text: str, *, etag: str) -> str:
    """Write an entry that is as we last saw it, new without ``etag``; its etag now. Raises DavError."""
    condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
    more = {"Content-Type": "text/calendar; charset=utf-8", **condition}
    answer = asked(account, "PUT", on_same(calendar, path), text, more=more)
    if answer.status in GONE:
        raise DavError("changed")
    if not answer.ok:
        raise DavError(str(answer.status))
    # A server that keeps something else than it was given says no etag: it is read anew the next time.
    return answer.headers.get("etag", "?")


def delete(account: Account, calendar: str, path: str, *, etag: str) -> None:
    """Delete an entry that is as we last saw it; harmless when it is gone. Raises DavError."""
    answer = asked(account, "DELETE", on_same(calendar, path), more={"If-Match": etag})
    if not answer.ok and answer.status not in GONE:
        raise DavError(str(answer.status))
