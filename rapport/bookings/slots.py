"""Which times are free: the hours somebody declared, without what is taken, too soon or too far ahead. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = 30
Busy = tuple[datetime, datetime]
Hours = Sequence[Sequence[tuple[time, time]]]


@dataclass(frozen=True)
class Terms:
    """Hours by weekday from Monday on, on the clock of ``zone``; the rest in minutes, hours and days."""

    hours: Hours
    zone: ZoneInfo
    minutes: int
    buffer: int
    notice_hours: int
    horizon_days: int


def free(terms: Terms, busy: Iterable[Busy], *, now: datetime) -> list[datetime]:
    """Every time that can be booked, in UTC, the soonest first."""
    soonest, latest = now + timedelta(hours=terms.notice_hours), now + timedelta(days=terms.horizon_days)
    length, around = timedelta(minutes=terms.minutes), timedelta(minutes=terms.buffer)
    taken = sorted((begin - around, end + around) for begin, end in busy)
    found, place = [], 0
    for begin in beginnings(terms, soonest, latest):
        # Whatever ended before this ends before all that follow; what is long may hide behind what is short.
        while place < len(taken) and taken[place][1] <= begin:
            place += 1
        if not any(start < begin + length and end > begin for start, end in taken[place:]):
            found.append(begin)
    return found


def beginnings(terms: Terms, soonest: datetime, latest: datetime) -> Iterator[datetime]:
    day, last = soonest.astimezone(terms.zone).date(), latest.astimezone(terms.zone).date()
    while day <= last:
        for opens, closes in terms.hours[day.weekday()]:
            yield from (one for one in within(day, opens, closes, terms) if soonest <= one <= latest)
        day += timedelta(days=1)


def within(day: date, opens: time, closes: time, terms: Terms) -> Iterator[datetime]:
    """The beginnings of one day between two hours; an hour that the clock skips is none."""
    wall, end = datetime.combine(day, opens), datetime.combine(day, closes)
    while wall + timedelta(minutes=terms.minutes) <= end:
        begin = wall.replace(tzinfo=terms.zone).astimezone(UTC)
        if begin.astimezone(terms.zone).replace(tzinfo=None) == wall:
            yield begin
        wall += timedelta(minutes=min(STEP, terms.minutes))
