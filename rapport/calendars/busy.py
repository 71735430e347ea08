"""When somebody is busy, whatever it is about."""

from datetime import datetime

from rapport.calendars.models import Meeting
from rapport.calendars.own_calendar import BusyTime

Busy = tuple[datetime, datetime]


def busy_of(user_id: int, since: datetime, until: datetime, *, without: int | None = None) -> list[Busy]:
    """From when to when, in their order; ``without`` is a meeting that is about to move."""
    mine = Meeting.objects.planned().filter(hosts__user=user_id, starts_at__lt=until, ends_at__gt=since)
    else_where = BusyTime.objects.filter(user=user_id, starts_at__lt=until, ends_at__gt=since)
    found = [*mine.exclude(pk=without or 0).values_list("starts_at", "ends_at")]
    return sorted([*found, *else_where.values_list("starts_at", "ends_at")])
