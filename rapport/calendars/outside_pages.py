"""What the pages of others' calendars show, put together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.calendars.models import Meeting, Outcome, Reading, ReadingLine, SubscribedCalendar
from rapport.calendars.told import reason_in_words, trouble_in_words
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LISTED, SHOWN, READINGS = 50, 100, 10


@dataclass(frozen=True)
class CalendarState:
    """How a subscribed calendar goes, in words; `mark` colours them."""

    calendar: SubscribedCalendar
    mark: str
    words: str
    trouble: str


@dataclass(frozen=True)
class Count:
    outcome: str
    label: "StrOrPromise"
    number: int


@dataclass(frozen=True)
class Entry:
    """An entry, its reason in words, and the meeting as far as the reader may see it."""

    line: ReadingLine
    reason: str
    meeting_id: int | None


def state_of(calendar: SubscribedCalendar) -> CalendarState:
    if not calendar.active:
        return CalendarState(calendar, "", _("Not read any more"), "")
    if calendar.trouble:
        return CalendarState(calendar, "bad", _("Can't be read"), trouble_in_words(calendar.trouble))
    if calendar.read_at is None:
        return CalendarState(calendar, "info", _("About to be read"), "")
    return CalendarState(calendar, "good", _("Up to date"), "")


def calendars_page(reader: User) -> dict[str, Any]:
    subscribed = SubscribedCalendar.objects.visible_to(reader).select_related("user").order_by("name", "pk")
    files = Reading.objects.visible_to(reader).filter(calendar=None).newest_first()
    return {"states": [state_of(one) for one in subscribed[:LISTED]], "files": files[:LISTED]}


def calendar_page(calendar: SubscribedCalendar, reader: User) -> dict[str, Any]:
    readings = list(calendar.readings.newest_first()[:READINGS])
    return {
        "calendar": calendar,
        "state": state_of(calendar),
        "readings": readings,
        "last": reading_page(readings[0], "", before=0, reader=reader) if readings else None,
        "busy": calendar.active and (calendar.read_at is None or bool(readings and readings[0].busy)),
    }


def reading_page(reading: Reading, outcome: str, *, before: int, reader: User) -> dict[str, Any]:
    """Its counts and some of its entries; ``before`` is the number behind which the page begins."""
    lines = reading.lines.order_by("number").filter(number__gt=before)
    if outcome in Outcome.values:
        lines = lines.filter(outcome=outcome)
    found = list(lines[: SHOWN + 1])
    return {
        "reading": reading,
        "counts": [Count(one.value, one.label, getattr(reading, one.value)) for one in Outcome],
        "trouble": trouble_in_words(reading.trouble),
        "outcome": outcome if outcome in Outcome.values else "",
        "entries": entries_of(found[:SHOWN], reader),
        "more": found[SHOWN - 1].number if len(found) > SHOWN else None,
    }


def entries_of(lines: list[ReadingLine], reader: User) -> list[Entry]:
    ids = [line.meeting_id for line in lines if line.meeting_id]
    seen = set(Meeting.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        Entry(line, reason_in_words(line.reason), line.meeting_id if line.meeting_id in seen else None)
        for line in lines
    ]
