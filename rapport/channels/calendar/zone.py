"""Which clock a time in a calendar stands on: a zone of the world by any of its names, or one that the file describes."""

import re
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from rapport.channels.calendar.split import Frame

MOST_CHANGES = 200
# Zones change once a year; a file that says otherwise wants to keep us busy.
BUSY = re.compile(r"FREQ=(?!YEARLY)", re.IGNORECASE)


class Clocks:
    """The zones that one calendar of a file may name; `usual` is whose clock it is unless it says so."""

    def __init__(self, frame: Frame, usual: tzinfo) -> None:
        self.frame = frame
        self.usual = of_the_world(frame.zone) or usual
        self.described: dict[str, tzinfo | None] = {}

    def named(self, name: str) -> tzinfo | None:
        """The zone called ``name``; None when nobody knows it."""
        if not name:
            return self.usual
        known = of_the_world(name)
        if known:
            return known
        if name not in self.described:
            self.described[name] = described(self.frame.zones.get(name, ""))
        return self.described[name]


@cache
def names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def of_the_world(name: str) -> tzinfo | None:
    """By its name in the zone database, also behind a maker's prefix, or by the name Windows gives it."""
    told = name.strip().strip("/").strip('"')[:200]
    parts = told.split("/")
    for start in range(len(parts)):
        found = names().get("/".join(parts[start:]).casefold())
        if found:
            return ZoneInfo(found)
    windows = WINDOWS_TO_OLSON.get(told)
    return ZoneInfo(windows) if windows and windows.casefold() in names() else None


def described(text: str) -> tzinfo | None:
    """As a VTIMEZONE describes it."""
    if not text or BUSY.search(text) or text.upper().count("BEGIN:") > MOST_CHANGES:
        return None
    try:
        zone = Timezone.from_ical(text)
        found = zone.to_tz(lookup_tzid=False) if isinstance(zone, Timezone) else None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return None
    return found if isinstance(found, tzinfo) else None
