"""What no longer stands in a subscribed calendar will not take place; what was stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.calendars.models import Meeting, Origin, Reading, SubscribedCalendar
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def vanish(calendar: SubscribedCalendar, latest: Reading | None, *, by: User | None, at: datetime) -> int:
    """Cancel what is still to come and was not seen by the latest reading, without one all of it; how many that are."""
    gone = Meeting.objects.planned().imported().filter(origin__calendar=calendar, ends_at__gt=at)
    if latest:
        gone = gone.filter(origin__reading__lt=latest.pk)
    ids = list(gone.values_list("pk", flat=True))
    if ids:
        Meeting.objects.filter(pk__in=ids).update(cancelled_at=at, changed_at=at, sequence=F("sequence") + 1)
        Origin.objects.filter(meeting__in=ids).update(gone=True)
        record(Fact.MEETINGS_CHANGED, ids, by=by, at=at)
    return len(ids)
