"""Meetings out of calendars that are over were held: nobody needs to say so for them to stand on the timeline."""

from datetime import datetime

from django.db import transaction

from rapport.calendars.models import Meeting
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.journal.models import Fact
from rapport.journal.record import record

BATCH = 500


def settle(*, at: datetime) -> int:
    """How many were put on the timeline."""
    number = 0
    while some := settle_some(at=at):
        number += some
    return number


@transaction.atomic
def settle_some(*, at: datetime) -> int:
    over = Meeting.objects.planned().imported().filter(ends_at__lte=at).select_for_update(skip_locked=True)
    meetings = list(over.order_by("ends_at", "pk")[:BATCH])
    for meeting in meetings:
        meeting.held_at, meeting.changed_at = at, at
    Meeting.objects.bulk_update(meetings, ["held_at", "changed_at"])
    put_on_timeline(*meetings, by=None, at=at)
    if meetings:
        record(Fact.MEETINGS_CHANGED, [one.pk for one in meetings], by=None, at=at)
    return len(meetings)
