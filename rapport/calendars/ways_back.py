"""How a cancelled meeting is told and takes place after all."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.calendars.cancel import restore
from rapport.calendars.models import Meeting
from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User


def words(change: Change) -> str:
    return _("Cancelled: %(title)s") % {"title": change.details["title"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    meeting = Meeting.objects.exclude(cancelled_at=None).filter(pk=change.back["meeting"], interaction=None).first()
    if meeting is None:
        raise UndoError("not there")
    restore(meeting, by=by, at=at)


def seen(change: Change, user: User) -> bool:
    return Meeting.objects.visible_to(user).filter(pk=change.back["meeting"]).exists()


MEETING = WayBack("calendars.change_meeting", words, undo, seen, icon="calendar-off")
