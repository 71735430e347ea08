"""When somebody is busy, whatever it is about."""

from datetime import datetime

from rapport.calendars.models import Meeting

Busy = tuple[datetime, datetime]


def busy_of(user_id: int, since: datetime, until: datetime, *, without: int | None = None) -> list[Busy]:
    """From when to when, in their order; ``without`` is a meeting that is about to move."""
    mine = Meeting.objects.planned().filter(hosts__user=user_id, starts_at__lt=until, ends_at__gt=since)
    return sorted(mine.exclude(pk=without or 0).values_list("starts_at", "ends_at"))
