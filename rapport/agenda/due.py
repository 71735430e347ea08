"""Say when something is due as people do: today at 16:00, Wednesday, 25 November."""

from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_skeleton, format_time
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.ui.templatetags.ui import locale

WEEK = timedelta(days=7)


def has_time(due_at: datetime) -> bool:
    """Whether it is due at an hour, not just on a day."""
    return timezone.localtime(due_at).time() != time.min


def is_late(due_at: datetime, now: datetime) -> bool:
    """What is due on a day is late when the day is over."""
    return due_at < now if has_time(due_at) else timezone.localdate(due_at) < timezone.localdate(now)


def due_words(due_at: datetime, now: datetime) -> str:
    """As it stands in a sentence."""
    day = day_words(timezone.localdate(due_at), timezone.localdate(now))
    return at_time(day, due_at) if has_time(due_at) else day


def since_words(due_at: datetime, now: datetime) -> str:
    """As it stands behind *since*."""
    day = day_label(timezone.localdate(due_at), timezone.localdate(now))
    return at_time(day, due_at) if has_time(due_at) else day


def due_label(due_at: datetime, now: datetime) -> str:
    """As it stands alone."""
    day = day_label(timezone.localdate(due_at), timezone.localdate(now))
    return f"{day} {clock(due_at)}" if has_time(due_at) else day


def at_time(day: str, moment: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": day, "time": clock(moment)}


def clock(moment: datetime) -> str:
    return str(format_time(timezone.localtime(moment).time(), "short", locale=locale()))


def day_words(day: date, today: date) -> str:
    """A day as it stands in a sentence."""
    label = day_label(day, today)
    return label if abs(day - today) < timedelta(days=2) else _("on %(day)s") % {"day": label}


def day_label(day: date, today: date) -> str:
    """A day near today by its name, any other by its date."""
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    passed = day - today
    if passed.days in near:
        return near[passed.days]
    if abs(passed) < WEEK:
        return str(format_date(day, "EEEE", locale=locale()))
    if day.year != today.year:
        return str(format_date(day, "long", locale=locale()))
    return str(format_skeleton("MMMMd", day, locale=locale()))
