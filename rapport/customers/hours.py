"""Read and write when somebody wants to be contacted: days, hours and the zone they live in."""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime, time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WRITTEN = re.compile(
    r"(?:(?P<days>[a-z ,-]+?)\s+)?(?P<begin>\d\d?:\d\d)\s*[-–]\s*(?P<end>\d\d?:\d\d)(?:\s+(?P<zone>\S+))?"
)
SPAN = re.compile(r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?")
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Hours:
    """Weekdays (Monday is 0) between two times of day; an empty zone is the customer's own."""

    days: tuple[int, ...]
    begin: time
    end: time
    zone: str = ""

    def __str__(self) -> str:
        """As `parse` reads it: mon-fri 10:00-12:00 Europe/Lisbon."""
        days = ",".join(f"{DAYS[one]}-{DAYS[last]}" if last > one else DAYS[one] for one, last in runs(self.days))
        return f"{days} {self.begin:%H:%M}-{self.end:%H:%M} {self.zone}".strip()

    def local(self, moment: datetime, zone: str) -> datetime:
        """``moment`` on their clock; ``zone`` counts where the wish names none."""
        return moment.astimezone(zoneinfo.ZoneInfo(self.zone or zone))

    def cover(self, moment: datetime, zone: str) -> bool:
        there = self.local(moment, zone)
        clock = there.time()
        return there.weekday() in self.days and self.begin <= clock and (clock < self.end or self.end == MIDNIGHT)


def parse(text: str) -> Hours | None:
    """The hours that ``text`` says; None when it can't be understood."""
    found = WRITTEN.fullmatch(text.strip().casefold())
    if found is None:
        return None
    days = days_of(found["days"] or "mon-sun")
    try:
        begin, end = clock(found["begin"]), clock(found["end"])
    except ValueError:
        return None
    zone = zone_of(found["zone"] or "")
    if not days or zone is None or (end <= begin and end != MIDNIGHT):
        return None
    return Hours(days, begin, end, zone)


def clock(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    return MIDNIGHT if (hour, minute) == (24, 0) else time(hour, minute)


def days_of(text: str) -> tuple[int, ...]:
    """Weekdays in order; none when one of them is unknown."""
    chosen: set[int] = set()
    for piece in (part.strip() for part in text.split(",")):
        span = SPAN.fullmatch(piece)
        if span is None or span["first"] not in DAYS or (span["last"] or "mon") not in DAYS:
            return ()
        first = DAYS.index(span["first"])
        last = DAYS.index(span["last"]) if span["last"] else first
        chosen |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return tuple(sorted(chosen))


def zone_of(text: str) -> str | None:
    """The zone by its right name; None when there is no such zone."""
    if not text:
        return ""
    return next((name for name in zoneinfo.available_timezones() if name.casefold() == text), None)


def runs(days: tuple[int, ...]) -> list[tuple[int, int]]:
    """Days that follow each other as first and last."""
    found: list[tuple[int, int]] = []
    for day in days:
        if found and day == found[-1][1] + 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
