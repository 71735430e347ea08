"""How what was done with a meeting is told and taken back."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy

from rapport.calendars.cancel import call_off, call_on
from rapport.calendars.models import Meeting
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User

CANCELLED = "cancelled"
DONE = {
    "planned": gettext_lazy("Planned: %(title)s"),
    "changed": gettext_lazy("Changed: %(title)s"),
    CANCELLED: gettext_lazy("Cancelled: %(title)s"),
    "restored": gettext_lazy("Takes place after all: %(title)s"),
}


def what(change: Change) -> str:
    """Before other deeds were kept, only cancelling was."""
    return str(change.details.get("what", CANCELLED))


def words(change: Change) -> str:
    return str(DONE[what(change)]) % {"title": change.details["title"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    """What was planned is cancelled rather than deleted, so that calendars that have it hear of it."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=change.back["meeting"])
    match what(change):
        case "changed":
            lay_back(meeting, change, by=by, at=at, choices=choices)
        case "planned" | "restored":
            if not call_off(meeting, by=by, at=at):
                raise UndoError("held" if meeting.held_at else "not there")
        case _:
            if not call_on(meeting, by=by, at=at):
                raise UndoError("not there")


def lay_back(meeting: Meeting, change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    lay_rows_back(rows_of(change), choices)
    Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1, changed_at=at)
    meeting.refresh_from_db()
    if meeting.held_at:
        put_on_timeline(meeting, by=by, at=at)
    record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)


def seen(change: Change, user: User) -> bool:
    return Meeting.objects.visible_to(user).filter(pk=change.back["meeting"]).exists()


MEETING = WayBack("calendars.change_meeting", words, undo, seen, icon="calendar-event")
