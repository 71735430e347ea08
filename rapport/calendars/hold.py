"""A meeting was held: say what came of it, and it stands on the timeline of everybody who took part."""

from datetime import datetime

from django.db import transaction

from rapport.calendars.models import Meeting
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def hold(meeting: Meeting, result: str, *, by: User, at: datetime) -> Meeting:
    """Held, with ``result``; said again, the result is corrected. What was cancelled was not held."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.cancelled_at or (meeting.held_at and meeting.result == result):
        return meeting
    meeting.held_at, meeting.result, meeting.changed_at = meeting.held_at or at, result, at
    meeting.save()
    put_on_timeline(meeting, by=by, at=at)
    record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
    return meeting
