"""Moments as people choose them: in three hours, tomorrow morning, next Monday."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MORNING = time(9)
QUICK: dict[str, "StrOrPromise"] = {
    "hours": _("In 3 hours"),
    "tomorrow": _("Tomorrow at 9"),
    "monday": _("Next Monday at 9"),
    "week": _("In a week"),
}


def moment(name: str, now: datetime) -> datetime:
    """The moment that a name of `QUICK` means on the reader's clock."""
    here = timezone.localtime(now)
    if name == "hours":
        return now + timedelta(hours=3)
    days = {"tomorrow": 1, "monday": 7 - here.weekday(), "week": 7}[name]
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=days), MORNING))
