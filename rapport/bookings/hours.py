"""Hours of a day as people write them, and as they are kept."""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SPAN = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*")
MOST_SPANS = 6
HELD_WRONG = _("Write hours such as 09:00–12:00, 13:00–17:00, one after the other.")


def in_words(day: list[list[str]]) -> str:
    return ", ".join(f"{begin}–{end}" for begin, end in day)


def spans(text: str) -> list[list[str]]:
    """[[from, to], …] of one day, in its order. Raises ValidationError."""
    found, last = [], time.min
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MOST_SPANS:
        raise ValidationError(HELD_WRONG)
    for part in parts:
        match = SPAN.fullmatch(part)
        if match is None:
            raise ValidationError(HELD_WRONG)
        begin, end = clock(match[1], match[2]), clock(match[3], match[4])
        if begin >= end or begin < last:
            raise ValidationError(HELD_WRONG)
        found.append([begin.isoformat("minutes"), end.isoformat("minutes")])
        last = end
    return found


def clock(hour: str, minute: str | None) -> time:
    # Midnight at the end of a day is its last minute.
    if int(hour) == 24 and not int(minute or 0):  # noqa: PLR2004
        return time(23, 59)
    try:
        return time(int(hour), int(minute or 0))
    except ValueError as problem:
        raise ValidationError(HELD_WRONG) from problem
