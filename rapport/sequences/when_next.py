"""When the next step is due: so many days on, on a working day, within hours. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def when_next(after: datetime, days: int, zone: ZoneInfo, hours: tuple[int, int], *, workdays: bool) -> datetime:
    """The first moment at least ``days`` days (working days with ``workdays``) after, between both hours of the clock."""
    local = after.astimezone(zone)
    day = local.date()
    for _day in range(days):
        day += timedelta(days=1)
        while workdays and day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    # Late on its day it is the next one, early it waits for the hour.
    if days == 0 and local.hour >= hours[1]:
        day += timedelta(days=1)
    while workdays and day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    begin = datetime.combine(day, time(hours[0]), zone)
    wanted = datetime.combine(day, local.time(), zone)
    last = begin + timedelta(hours=hours[1] - hours[0], minutes=-1)
    return max(after, min(max(wanted, begin), last)) if day == local.date() else min(max(wanted, begin), last)
