"""Choose what holds where somebody's own calendar and Rapport differ."""

from datetime import datetime

from django.db import transaction

from rapport.calendars.agree import PARTS
from rapport.calendars.cancel import cancel
from rapport.calendars.models import Meeting
from rapport.calendars.own_calendar import OwnCalendar, OwnEntry
from rapport.calendars.take_entry import hold_calendar, write_here

HERE, THERE, AGAIN, CANCEL = "here", "there", "again", "cancel"


@transaction.atomic
def choose_side(entry: OwnEntry, side: str, *, part: str = "", at: datetime) -> bool:
    """Of one part, what is said `here` or `there`; of what was deleted there, `again` or `cancel`. Whether it was asked.

    Both sides follow at the next sync, which is due at once.
    """
    calendar = OwnCalendar.objects.select_related("user").get(pk=entry.calendar_id)
    hold_calendar(calendar)
    row = OwnEntry.objects.filter(pk=entry.pk).first()
    if row is None or row.meeting_id is None:
        return False
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=row.meeting_id)
    if row.gone_at and side in {AGAIN, CANCEL}:
        if side == CANCEL:
            cancel(meeting, by=calendar.user, at=at)
        row.gone_at = None
    elif side in {HERE, THERE} and part in PARTS and part in row.clash:
        _here, there = row.clash.pop(part)
        row.agreed[part] = there
        if side == THERE:
            write_here(meeting, {part: there}, calendar, at=at)
    else:
        return False
    row.sequence = -1
    row.save()
    OwnCalendar.objects.filter(pk=calendar.pk).update(next_at=at)
    return True
