"""Try a calendar's address out: can it be read, and what is in it? Nothing is kept."""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.calendars.subscribe import SubscribeError, asked
from rapport.calendars.told import trouble_in_words
from rapport.channels.calendar.happening import NoCalendarError
from rapport.channels.calendar.split import entries, opened


@dataclass(frozen=True)
class Finding:
    well: bool
    text: str


def try_out(address: str) -> Finding:
    try:
        answer = asked(None, address)
        number = sum(1 for _block in entries(opened(io.BytesIO(answer.body))))
    except (SubscribeError, NoCalendarError) as problem:
        return Finding(False, trouble_in_words(str(problem)))  # noqa: FBT003
    return Finding(True, _("It can be read: %(number)s entries.") % {"number": f"{number:,}"})  # noqa: FBT003
