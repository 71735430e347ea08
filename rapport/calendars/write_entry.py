"""A meeting as an entry of somebody's own calendar: a new one, or an entry that lies there with a few parts changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from rapport.calendars.models import Meeting
from rapport.channels.calendar.happening import Happening
from rapport.channels.calendar.read import LONGEST_NOTE, LONGEST_PLACE, LONGEST_TITLE

MOST_TEXT = 200_000


def said_here(meeting: Meeting) -> dict[str, Any]:
    """What Rapport says of it, in the words in which a calendar would say it back."""
    return said(
        meeting.title, meeting.starts_at, meeting.ends_at, meeting.place, meeting.note, whole_day=meeting.whole_day
    )


def said_there(happening: Happening) -> dict[str, Any]:
    """What the calendar says of it."""
    one = happening
    return said(one.title, one.begin, one.end, one.place, one.note, whole_day=one.whole_day)


def said(title: str, begin: datetime, end: datetime, place: str, note: str, *, whole_day: bool) -> dict[str, Any]:
    moments = [one.astimezone(UTC).replace(microsecond=0).isoformat() for one in (begin, end)]
    return {
        "title": " ".join(title.split())[:LONGEST_TITLE],
        "time": [*moments, whole_day],
        "place": " ".join(place.split())[:LONGEST_PLACE],
        "note": note.replace("\r\n", "\n").replace("\r", "\n").strip()[:LONGEST_NOTE],
    }


def taken_over(meeting: Meeting, parts: Mapping[str, Any]) -> None:
    """Write what the calendar says of some parts into the meeting, unsaved."""
    for part, value in parts.items():
        if part == "time":
            meeting.starts_at, meeting.ends_at = (datetime.fromisoformat(one) for one in value[:2])
            meeting.whole_day = value[2]
        else:
            setattr(meeting, part, value)


def new_entry(uid: str, told: Mapping[str, Any], *, sequence: int, zone: ZoneInfo, at: datetime) -> str:
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Rapport//Calendar//EN")
    calendar.add("version", "2.0")
    event.add("uid", uid)
    event.add("status", "CONFIRMED")
    calendar.add_component(event)
    put_in(event, told, sequence=sequence, zone=zone, at=at)
    return text_of(calendar)


def changed_entry(text: str, parts: Mapping[str, Any], *, sequence: int, zone: ZoneInfo, at: datetime) -> str:
    """The entry with these parts anew; whatever else it says stays. Raises ValueError for what can't be read."""
    calendar = Calendar.from_ical(text[:MOST_TEXT])
    event = next((one for one in calendar.walk("VEVENT") if "RECURRENCE-ID" not in one), None)
    if event is None:
        raise ValueError(text[:100])
    put_in(event, parts, sequence=sequence, zone=zone, at=at)
    return text_of(calendar)


def text_of(calendar: Calendar) -> str:
    return str(calendar.to_ical().decode())


NAMES = {"title": "summary", "place": "location", "note": "description"}


def put_in(event: Any, parts: Mapping[str, Any], *, sequence: int, zone: ZoneInfo, at: datetime) -> None:
    for part, name in NAMES.items():
        if part in parts:
            event.pop(name, None)
            if parts[part]:
                event.add(name, parts[part])
    if "time" in parts:
        begin, end, whole = parts["time"]
        for name in ("dtstart", "dtend", "duration"):
            event.pop(name, None)
        event.add("dtstart", on_clock(begin, zone, whole=whole))
        event.add("dtend", on_clock(end, zone, whole=whole))
    known = str(event.get("sequence", "0"))
    for name in ("dtstamp", "last-modified", "sequence"):
        event.pop(name, None)
    moment = at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("sequence", max(sequence, int(known) + 1 if known.isdigit() else 0))


def on_clock(moment: str, zone: ZoneInfo, *, whole: bool) -> datetime | date:
    found = datetime.fromisoformat(moment)
    return found.astimezone(zone).date() if whole else found.astimezone(UTC)
