"""Read one entry of a calendar: what it is, when, with whom; or why it can't be read."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event, vBroken, vRecur

from rapport.channels.calendar.happening import Block, Happening, Hindrance, Other, Person, Series, Unreadable
from rapport.channels.calendar.zone import Clocks
from rapport.lib.identifiers import NotAnIdentifier, normalise

UTC = ZoneInfo("UTC")
FIRST, LAST = 1900, 2200
LONGEST_UID, LONGEST_TITLE, LONGEST_PLACE, LONGEST_NOTE, MOST_PEOPLE, MOST_DATES = 300, 400, 1_000, 20_000, 500, 5_000
DAY = timedelta(days=1)
LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "URL")
CALL = re.compile(r"\b(phone call|call|telephone|anruf|telefonat|telefon|telefonisch)\b", re.IGNORECASE)
NUMBER = re.compile(r"(tel:|\+)?[\d\s()/.-]{6,30}\Z", re.IGNORECASE)


class EntryError(Exception):
    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


def read(block: Block, clocks: Clocks) -> Happening | Unreadable | Other:
    event = parsed(block)
    uid, title = text(event, "UID")[:LONGEST_UID], " ".join(text(event, "SUMMARY").split())[:LONGEST_TITLE]
    if block.name != "VEVENT":
        return Other(block.name, uid, title)
    if block.hindrance:
        return Unreadable(block.hindrance, uid, title)
    try:
        return happening(event, uid, title, clocks)
    except EntryError as problem:
        return Unreadable(problem.hindrance, uid, title)
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError):
        return Unreadable(Hindrance.DAMAGED, uid, title)


def parsed(block: Block) -> Event:
    """The lines of the entry, each by itself: one that can't be read costs only itself."""
    try:
        found = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *block.lines, "END:VEVENT", ""]))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        found = Event()
        for line in block.lines:
            try:
                one = Event.from_ical(f"BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n")
            except (ValueError, IndexError, KeyError, TypeError, AttributeError):
                continue
            for name, value in one.items():
                found.add(name, value, encode=False)
    return found if isinstance(found, Event) else Event()


def happening(event: Event, uid: str, title: str, clocks: Clocks) -> Happening:
    begin, whole_day = begun(event, clocks)
    place, link = one_line(text(event, "LOCATION"))[:LONGEST_PLACE], link_of(event)
    status = text(event, "STATUS").upper() or clocks.frame.method
    return Happening(
        # What has no name of its own is known again by what it says.
        uid=uid or f"content:{blake2b(f'{begin} {title}'.encode(), digest_size=16).hexdigest()}",
        title=title,
        begin=begin,
        end=ended(event, begin, clocks, whole_day=whole_day),
        whole_day=whole_day,
        recurrence=recurrence_of(event, clocks),
        note=text(event, "DESCRIPTION").replace("\r\n", "\n").strip()[:LONGEST_NOTE],
        place=place or link[:LONGEST_PLACE],
        people=tuple(people_of(event)),
        cancelled=status in {"CANCELLED", "CANCELED", "CANCEL"},
        private=text(event, "CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"},
        call=bool(CALL.search(title) or (place and NUMBER.match(place))),
        free=text(event, "TRANSP").upper() == "TRANSPARENT",
        sequence=sequence_of(event),
        said_at=said_at(event, clocks),
        series=series_of(event, begin, clocks),
    )


def text(event: Event, name: str) -> str:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None else str(value).replace("\0", "").strip()


def one_line(value: str) -> str:
    return " ".join(value.split())


def link_of(event: Event) -> str:
    """Where one meets without a room."""
    links = (one_line(text(event, name)) for name in LINKS)
    return next((one for one in links if one.startswith(("https://", "http://", "tel:"))), "")


def first(event: Event, name: str) -> Any:
    """The first value of a property that was read; None when there is none or it is broken."""
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return None if isinstance(value, vBroken) or not hasattr(value, "dt") else value


def sequence_of(event: Event) -> int:
    told = text(event, "SEQUENCE")
    return min(int(told), 2**31) if told.isdigit() else 0


def said_at(event: Event, clocks: Clocks) -> datetime | None:
    value = first(event, "LAST-MODIFIED") or first(event, "DTSTAMP")
    try:
        return moment(value, clocks) if value is not None else None
    except EntryError:
        return None


def begun(event: Event, clocks: Clocks) -> tuple[datetime, bool]:
    if "DTSTART" not in event:
        raise EntryError(Hindrance.NO_DATE)
    value = first(event, "DTSTART")
    if value is None or not isinstance(value.dt, date):
        raise EntryError(Hindrance.DATE)
    begin = moment(value, clocks)
    return begin, not isinstance(value.dt, datetime)


def moment(value: Any, clocks: Clocks, *, told: Any = None) -> datetime:
    """When that is, on the clock it was written by: the zone it names, UTC, else whose calendar it is."""
    told = value.dt if told is None else told
    if not isinstance(told, date) or not FIRST <= told.year <= LAST:
        raise EntryError(Hindrance.DATE)
    if not isinstance(told, datetime):
        return datetime.combine(told, time.min, clocks.usual)
    named = str(value.params.get("TZID", ""))
    zone = UTC if told.tzinfo and not named else clocks.named(named)
    if zone is None:
        raise EntryError(Hindrance.ZONE)
    return told.replace(tzinfo=zone)


def ended(event: Event, begin: datetime, clocks: Clocks, *, whole_day: bool) -> datetime:
    """When it ends; what says nothing that can be believed ends as it begins, a whole day with its day."""
    value, lasts = first(event, "DTEND"), first(event, "DURATION")
    if value is not None:
        end = moment(value, clocks).astimezone(begin.tzinfo)
    elif lasts is not None and isinstance(lasts.dt, timedelta):
        end = begin + lasts.dt
    else:
        end = begin
    end = max(end, begin + DAY) if whole_day else max(end, begin)
    if end.year > LAST:
        raise EntryError(Hindrance.DATE)
    return end


def recurrence_of(event: Event, clocks: Clocks) -> str:
    if "RECURRENCE-ID" not in event:
        return ""
    value = first(event, "RECURRENCE-ID")
    if value is None:
        raise EntryError(Hindrance.DATE)
    if "RANGE" in value.params:
        raise EntryError(Hindrance.RANGE)
    return key_of(moment(value, clocks), whole_day=not isinstance(value.dt, datetime))


def key_of(begin: datetime, *, whole_day: bool) -> str:
    """Which of a series, by the moment at which its rule puts it."""
    return f"{begin:%Y%m%d}" if whole_day else f"{begin.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def people_of(event: Event) -> Iterator[Person]:
    """Who is asked to come and who asks, each once; rooms, and who will not come, take no part."""
    found: dict[str, Person] = {}
    for name in ("ORGANIZER", "ATTENDEE"):
        said = event.get(name, [])
        for one in said if isinstance(said, list) else [said]:
            person = person_of(one)
            if person:
                known = found.get(person.address.lower())
                found[person.address.lower()] = known if known and known.name else person
            if len(found) > MOST_PEOPLE:
                raise EntryError(Hindrance.CROWD)
    yield from found.values()


def person_of(said: Any) -> Person | None:
    params = getattr(said, "params", {})
    absent = (
        str(params.get("PARTSTAT", "")).upper() == "DECLINED"
        or str(params.get("ROLE", "")).upper() == "NON-PARTICIPANT"
    )
    if absent or str(params.get("CUTYPE", "")).upper() in {"ROOM", "RESOURCE"}:
        return None
    address = str(said).strip()
    address = address[7:] if address.lower().startswith("mailto:") else str(params.get("EMAIL", ""))
    try:
        normalise("email", address)
    except NotAnIdentifier:
        return None
    name = one_line(str(params.get("CN", "")).replace("\0", ""))[:200]
    return Person(address.strip(), "" if "@" in name else name)


def series_of(event: Event, begin: datetime, clocks: Clocks) -> Series | None:
    if "RECURRENCE-ID" in event or not ("RRULE" in event or "RDATE" in event):
        return None
    zone = begin.tzinfo or UTC
    said = event.get("RRULE")
    if isinstance(said, list):
        raise EntryError(Hindrance.RULE)
    out = list(dates(event, "EXDATE"))
    added = [
        moment(value, clocks, told=told[0] if isinstance(told, tuple) else told)
        for value, told in dates(event, "RDATE")
    ]
    return Series(
        rule=rule_of(said, zone) if said is not None else "",
        added=tuple(one.astimezone(zone) for one in added),
        left_out=frozenset(
            moment(value, clocks, told=told).astimezone(UTC) for value, told in out if isinstance(told, datetime)
        ),
        days_left_out=frozenset(told for _value, told in out if not isinstance(told, datetime)),
    )


def dates(event: Event, name: str) -> Iterator[tuple[Any, Any]]:
    """Each date of a property that may stand several times, with the property that names its zone."""
    said = event.get(name, [])
    number = 0
    for value in said if isinstance(said, list) else [said]:
        for one in getattr(value, "dts", ()):
            number += 1
            if number > MOST_DATES:
                raise EntryError(Hindrance.OFTEN)
            yield value, one.dt


def rule_of(said: Any, zone: tzinfo) -> str:
    """The rule, its end on the clock of the series."""
    if not isinstance(said, vRecur):
        raise EntryError(Hindrance.RULE)
    rule = vRecur({name: list(value) if isinstance(value, list) else [value] for name, value in said.items()})
    until = rule.get("UNTIL")
    if until:
        last = until[0]
        if not isinstance(last, datetime):
            last = datetime.combine(last, time.max.replace(microsecond=0))
        elif last.tzinfo:
            last = last.astimezone(zone).replace(tzinfo=None)
        rule["UNTIL"] = [last]
    return str(rule.to_ical().decode())  # type: ignore[no-untyped-call]
