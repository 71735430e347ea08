"""Moments as the people of the demo company would name them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.demo import firm


def local(now: datetime, hour: int, minute: int, *, days: int = 0, zone: str = firm.LISBON) -> datetime:
    """That many days ago at that time of the day; today never later than a while ago."""
    here = now.astimezone(ZoneInfo(zone))
    at = datetime.combine(here.date() - timedelta(days=days), time(hour, minute), here.tzinfo)
    return min(at, now - timedelta(minutes=20)) if days == 0 else at
