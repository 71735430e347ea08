"""Cancel a planned meeting, and take that back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.calendars.models import Meeting
from rapport.calendars.seats import keep_meeting
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def cancel(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """It will not take place; harmless when that is known or it was held."""
    if call_off(meeting, by=by, at=at):
        keep_meeting(meeting, "cancelled", by=by, at=at)


@transaction.atomic
def restore(meeting: Meeting, *, by: User, at: datetime) -> None:
    """It takes place after all; harmless when it does anyway."""
    if call_on(meeting, by=by, at=at):
        keep_meeting(meeting, "restored", by=by, at=at)


def call_off(meeting: Meeting, *, by: User | None, at: datetime) -> bool:
    """Cancel what is planned, without a way back of its own; False when it is not planned."""
    planned = Meeting.objects.planned().filter(pk=meeting.pk)
    return moved(planned.update(cancelled_at=at, changed_at=at, sequence=F("sequence") + 1), meeting, by, at)


def call_on(meeting: Meeting, *, by: User | None, at: datetime) -> bool:
    """Take a cancellation back, without a way back of its own; False when it is not cancelled."""
    gone = Meeting.objects.exclude(cancelled_at=None).filter(pk=meeting.pk, interaction=None)
    return moved(gone.update(cancelled_at=None, changed_at=at, sequence=F("sequence") + 1), meeting, by, at)


def moved(number: int, meeting: Meeting, by: User | None, at: datetime) -> bool:
    if number:
        record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
    return bool(number)
