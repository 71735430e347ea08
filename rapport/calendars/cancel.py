"""Cancel a planned meeting, and take that back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.calendars.models import Meeting
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def cancel(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """It will not take place; harmless when that is known or it was held."""
    planned = Meeting.objects.planned().filter(pk=meeting.pk)
    if planned.update(cancelled_at=at, changed_at=at, sequence=F("sequence") + 1):
        guests = meeting.guests.values_list("member__customer", flat=True)
        keep(Deed.MEETING, guests, by=by, at=at, back={"meeting": meeting.pk}, title=meeting.title)
        record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)


@transaction.atomic
def restore(meeting: Meeting, *, by: User, at: datetime) -> None:
    """It takes place after all."""
    gone = Meeting.objects.exclude(cancelled_at=None).filter(pk=meeting.pk, interaction=None)
    if gone.update(cancelled_at=None, changed_at=at, sequence=F("sequence") + 1):
        record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
