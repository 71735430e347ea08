"""What the page of somebody's own calendar shows, put together."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.calendars.models import Meeting
from rapport.calendars.own_calendar import BusyTime, OwnCalendar, OwnEntry
from rapport.calendars.planned import when, when_of
from rapport.calendars.told import trouble_in_words
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 50
PARTS: "dict[str, StrOrPromise]" = {
    "title": gettext_lazy("Title"),
    "time": gettext_lazy("When"),
    "place": gettext_lazy("Place or link"),
    "note": gettext_lazy("Note"),
}


@dataclass(frozen=True)
class Difference:
    """One part that is said differently on both sides."""

    part: str
    label: "StrOrPromise"
    here: str
    there: str


@dataclass(frozen=True)
class Question:
    """A meeting about which its host has to choose."""

    entry: OwnEntry
    meeting: Meeting
    when: str
    gone: bool
    differences: tuple[Difference, ...]


def questions_of(user: User) -> list[Question]:
    found = OwnEntry.objects.visible_to(user).asking().exclude(meeting=None).select_related("meeting").order_by("pk")
    return [
        Question(
            one,
            one.meeting,
            when(one.meeting),
            one.gone_at is not None,
            tuple(Difference(part, PARTS[part], *map(worded, both)) for part, both in one.clash.items()),
        )
        for one in found[:SHOWN]
        if one.meeting
    ]


def worded(value: Any) -> str:
    """A part as people read it."""
    if isinstance(value, list):
        begin, end, whole = value
        return when_of(datetime.fromisoformat(begin), datetime.fromisoformat(end), whole_day=whole)
    return str(value or "") or "–"


def state_of(calendar: OwnCalendar, *, asks: bool) -> tuple[str, str]:
    """A mark and a word."""
    if calendar.trouble:
        return "bad", _("Can't be reached")
    if calendar.synced_at is None:
        return "info", _("About to be compared")
    if asks:
        return "warn", _("Choose where both sides differ")
    return "good", _("Both sides say the same")


def own_page(user: User, *, at: datetime) -> dict[str, Any]:
    calendar = OwnCalendar.objects.visible_to(user).first()
    if calendar is None:
        return {"calendar": None}
    busy = BusyTime.objects.visible_to(user).filter(ends_at__gt=at).order_by("starts_at", "pk")
    questions = questions_of(user)
    mark, words = state_of(calendar, asks=bool(questions))
    return {
        "calendar": calendar,
        "mark": mark,
        "words": words,
        "trouble": trouble_in_words(calendar.trouble) if calendar.trouble else "",
        "questions": questions,
        "meetings": calendar.entries.exclude(meeting=None).count(),
        "busy": [(one, when_of(one.starts_at, one.ends_at, whole_day=False)) for one in busy[:SHOWN]],
        "waits": calendar.synced_at is None and not calendar.trouble,
    }
