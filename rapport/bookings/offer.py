"""What a link offers: its free times, and how they are shown on a guest's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.conf import settings

from rapport.bookings.models import BookingLink
from rapport.bookings.slots import Terms, free
from rapport.calendars.busy import busy_of
from rapport.people.models import User
from rapport.ui.templatetags.ui import locale

DAYS_SHOWN = 5


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone or settings.TIME_ZONE)


def terms_of(link: BookingLink) -> Terms:
    hours = [[(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in day] for day in link.hours]
    return Terms(hours, zone_of(link.user), link.minutes, link.buffer, link.notice_hours, link.horizon_days)


def free_times(link: BookingLink, *, now: datetime, without: int | None = None) -> list[datetime]:
    """The times that can be booked now; ``without`` is the meeting that is to move."""
    until = now + timedelta(days=link.horizon_days + 2)
    busy = busy_of(link.user_id, now - timedelta(days=1), until, without=without)
    return free(terms_of(link), busy, now=now)


@dataclass(frozen=True)
class Day:
    day: date
    times: tuple[datetime, ...]

    @property
    def words(self) -> str:
        return str(format_skeleton("MMMMEEEEd", datetime.combine(self.day, time.min), locale=locale()))


@dataclass(frozen=True)
class Offered:
    """Some days with free times, on a guest's clock, and where to look further."""

    days: tuple[Day, ...]
    earlier: date | None
    later: date | None


def offered(times: Sequence[datetime], zone: ZoneInfo, *, since: date | None) -> Offered:
    """The first days from ``since`` on; the last ones when nothing is free behind it."""
    local = [one.astimezone(zone) for one in times]
    days = [Day(day, tuple(group)) for day, group in groupby(local, key=datetime.date)]
    first = next((place for place, one in enumerate(days) if since is None or one.day >= since), None)
    begin = max(0, len(days) - DAYS_SHOWN) if first is None else first
    shown = days[begin : begin + DAYS_SHOWN]
    before = days[max(0, begin - DAYS_SHOWN)].day if begin else None
    after = days[begin + DAYS_SHOWN].day if len(days) > begin + DAYS_SHOWN else None
    return Offered(tuple(shown), before, after)


def near(times: Sequence[datetime], wanted: datetime, *, most: int = 6) -> list[datetime]:
    """The times closest to one that is gone, in their order."""
    return sorted(sorted(times, key=lambda one: abs(one - wanted))[:most])
