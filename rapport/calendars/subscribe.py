"""Subscribe to a calendar at an address, change that, try it out, read it by the clock, let it go."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction

from rapport.calendars.models import SubscribedCalendar
from rapport.calendars.start import kept, let_go, start
from rapport.calendars.vanish import vanish
from rapport.channels.calendar.happening import NoCalendarError
from rapport.channels.http import Answer, HttpError, fetch, parsed
from rapport.lib.sealed import SealError, seal, unseal
from rapport.people.models import User

LARGEST = 20 * 1024 * 1024
EVERY, SOONEST, LATEST = timedelta(hours=1), timedelta(minutes=5), timedelta(days=1)
KEPT, PLACES = 20, 20
NOTHING_NEW = 304


class SubscribeError(Exception):
    """It can't be subscribed to or read; the text is a word for why."""


@dataclass(frozen=True)
class Wish:
    """What is to be subscribed to."""

    address: str
    name: str = ""
    newcomers: bool = False


def host_of(address: str) -> str:
    """The server of an address that may be asked at all. Raises SubscribeError."""
    try:
        return parsed(address).host
    except (HttpError, httpx.InvalidURL) as problem:
        raise SubscribeError("address") from problem


def subscribe(wish: Wish, *, by: User, at: datetime) -> SubscribedCalendar:
    """Read from now on; the first time at once. Raises SubscribeError."""
    host = host_of(wish.address)
    address = wish.address.strip()
    for one in SubscribedCalendar.objects.filter(user=by, host=host[:253]):
        if address_of(one) == address:
            raise SubscribeError("twice")
    return SubscribedCalendar.objects.create(
        user=by,
        name=(wish.name.strip() or host)[:200],
        sealed=seal(address, key=settings.SECRET_KEY),
        host=host[:253],
        newcomers=wish.newcomers,
        next_at=at,
        created_at=at,
    )


def address_of(calendar: SubscribedCalendar) -> str:
    """Empty when another installation sealed it."""
    try:
        return unseal(bytes(calendar.sealed), key=settings.SECRET_KEY)
    except SealError:
        return ""


def asked(calendar: SubscribedCalendar | None, address: str) -> Answer:
    """What its server says. Raises SubscribeError."""
    headers = {"Accept": "text/calendar, */*;q=0.1"}
    if calendar and calendar.etag:
        headers["If-None-Match"] = calendar.etag
    if not address:
        raise SubscribeError("sealed elsewhere")
    try:
        answer = fetch(address, headers=headers, largest=LARGEST)
    except HttpError as problem:
        raise SubscribeError(problem.code) from problem
    if not answer.ok and answer.status != NOTHING_NEW:
        raise SubscribeError(str(answer.status))
    return answer


def look_at_due(*, at: datetime) -> int:
    """Read those whose time has come, a few at a time; how many were asked."""
    due = list(SubscribedCalendar.objects.due(at).order_by("next_at")[:PLACES].values_list("pk", flat=True))
    return sum(look(pk, at=at) for pk in due)


def look(calendar_id: int, *, at: datetime) -> bool:
    """Ask its server; what is new is read by a job. Whoever comes second gives way."""
    claimed = SubscribedCalendar.objects.due(at).filter(pk=calendar_id).update(next_at=at + SOONEST)
    if not claimed:
        return False
    calendar = SubscribedCalendar.objects.select_related("user").get(pk=calendar_id)
    try:
        came_in(calendar, asked(calendar, address_of(calendar)), at=at)
    except (SubscribeError, NoCalendarError) as problem:
        in_vain(calendar, str(problem), at=at)
    return True


def came_in(calendar: SubscribedCalendar, answer: Answer, *, at: datetime) -> None:
    digest = hashlib.sha256(answer.body).hexdigest()
    if answer.status != NOTHING_NEW and digest != calendar.digest:
        path = kept(answer.body)
        try:
            start(path, calendar.name, newcomers=calendar.newcomers, by=calendar.user, at=at, calendar=calendar)
        except NoCalendarError:
            let_go(path)
            raise
        calendar.digest = digest
        forget_old(calendar)
    else:
        extend(calendar, at=at)
    calendar.etag = answer.headers.get("etag", calendar.etag)[:400]
    calendar.trouble, calendar.failing_since, calendar.tries = "", None, 0
    calendar.read_at, calendar.next_at = at, at + EVERY
    keep_state(calendar)


def extend(calendar: SubscribedCalendar, *, at: datetime) -> None:
    """Nothing new; but its series go on, so once a day it is read again all the same."""
    last = calendar.readings.newest_first().first()
    if last is None or at - last.created_at >= LATEST:
        calendar.etag = calendar.digest = ""


def in_vain(calendar: SubscribedCalendar, trouble: str, *, at: datetime) -> None:
    calendar.trouble, calendar.failing_since = trouble[:40], calendar.failing_since or at
    calendar.tries += 1
    calendar.next_at = at + min(SOONEST * 2 ** min(calendar.tries - 1, 10), LATEST)
    keep_state(calendar)


def keep_state(calendar: SubscribedCalendar) -> None:
    calendar.save(update_fields=["etag", "digest", "trouble", "failing_since", "tries", "read_at", "next_at"])


def forget_old(calendar: SubscribedCalendar) -> None:
    """Of what became of every entry only the last readings are kept."""
    newest = calendar.readings.newest_first().values_list("pk", flat=True)[:KEPT]
    calendar.readings.exclude(pk__in=list(newest)).delete()


@transaction.atomic
def unsubscribe(calendar: SubscribedCalendar, *, by: User, at: datetime) -> None:
    """It is read no more: what is still to come of it is cancelled, what was stays on the timelines."""
    SubscribedCalendar.objects.filter(pk=calendar.pk).update(active=False)
    vanish(calendar, None, by=by, at=at)


def now(calendar: SubscribedCalendar, *, at: datetime) -> None:
    """Read it at the next tick of the clock, whatever it said the last time; also one that was let go."""
    SubscribedCalendar.objects.filter(pk=calendar.pk).update(active=True, next_at=at, etag="", digest="")
