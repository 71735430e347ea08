"""When a happening takes place: once, or each time that its series says, within bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr

from rapport.channels.calendar.happening import Happening, Hindrance
from rapport.channels.calendar.read import EntryError, key_of

BACK, AHEAD = timedelta(days=5 * 366), timedelta(days=366)
MOST = 2_500
RARE = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
# Only a yearly or monthly rule is worth these; on a daily one a search for what never comes would not end.
COSTLY = ("BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYMINUTE", "BYSECOND")
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Time:
    """One time that it takes place; `key` names it within its series."""

    key: str
    begin: datetime
    end: datetime


def times(happening: Happening, *, at: datetime) -> list[Time]:
    """All times of it between five years back and one ahead; a single one whenever it is. Raises EntryError."""
    lasts = happening.end - happening.begin
    if happening.series is None:
        return [Time(happening.recurrence, utc(happening.begin), utc(happening.end))]
    begins = sorted({utc(one): one for one in chosen(happening, at=at)}.items())
    whole = happening.whole_day
    found = [Time(key_of(one, whole_day=whole), moment, ending(one, lasts, whole_day=whole)) for moment, one in begins]
    if len(found) > MOST:
        raise EntryError(Hindrance.OFTEN)
    return found


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def ending(begin: datetime, lasts: timedelta, *, whole_day: bool) -> datetime:
    """Hours last on the clock of the world, days on that of the wall."""
    return utc(begin + lasts) if whole_day else utc(begin) + lasts


def chosen(happening: Happening, *, at: datetime) -> Iterator[datetime]:
    series = happening.series
    if series is None:
        return
    for one in (*ruled(happening, series.rule, until=at + AHEAD), *series.added):
        out = utc(one) in series.left_out or one.date() in series.days_left_out
        if not out and at - BACK <= utc(one) <= at + AHEAD:
            yield one


def ruled(happening: Happening, rule: str, *, until: datetime) -> Iterator[datetime]:
    """What the rule says, on the clock that it was written by; the first is always its beginning."""
    zone, start = happening.begin.tzinfo, happening.begin.replace(tzinfo=None)
    yield happening.begin
    if not rule:
        return
    end = until.astimezone(zone).replace(tzinfo=None)
    try:
        found = rrulestr(bounded(rule, end), dtstart=start, cache=False)
        # The day before: where clocks change, an hour may count twice.
        for one in takewhile(lambda one: one <= end + timedelta(days=1), found):
            if one > start:
                yield one.replace(tzinfo=zone)
    except (ValueError, TypeError, OverflowError, AttributeError, IndexError, KeyError) as problem:
        raise EntryError(Hindrance.RULE) from problem


def bounded(rule: str, end: datetime) -> str:
    """The rule, if following it ends soon."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    rate = parts.get("FREQ", "")
    if rate not in RARE:
        raise EntryError(Hindrance.OFTEN if rate in {"HOURLY", "MINUTELY", "SECONDLY"} else Hindrance.RULE)
    busy = rate in {"DAILY", "WEEKLY"}
    if any(len(value) > 400 for value in parts.values()) or (busy and any(name in parts for name in COSTLY)):  # noqa: PLR2004
        raise EntryError(Hindrance.RULE)
    if never(parts):
        raise EntryError(Hindrance.RULE)
    if not re.fullmatch(r"\d{0,6}", parts.get("INTERVAL", "")) or parts.get("INTERVAL", "1").strip("0") == "":
        raise EntryError(Hindrance.RULE)
    return rule if "COUNT" in parts or "UNTIL" in parts else f"{rule};UNTIL={end + timedelta(days=1):%Y%m%dT%H%M%S}"


def never(parts: dict[str, str]) -> bool:
    """Whether no month has such a day: a search for the 30th of February goes on to the end of the calendar."""
    days = [int(one) for one in parts.get("BYMONTHDAY", "").split(",") if one.strip("+-").isdigit()]
    months = [int(one) for one in parts.get("BYMONTH", "").split(",") if one.isdigit()] or list(range(1, 13))
    longest = max((DAYS[month - 1] for month in months if 1 <= month <= len(DAYS)), default=0)
    return bool(days) and min(map(abs, days)) > longest
