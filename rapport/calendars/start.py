"""Start reading a calendar that lies in a file."""

import uuid
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from rapport.calendars.models import Reading, SubscribedCalendar
from rapport.channels.calendar.happening import NoCalendarError
from rapport.channels.calendar.split import LARGEST_FILE, opened
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

FOLDER = "calendar_files"
ENDINGS, MARK = (".ics", ".ical", ".ifb", ".vcs"), b"BEGIN:VCALENDAR"


def looks_like_one(name: str, beginning: bytes) -> bool:
    """Whether a file that came in for anything is a calendar."""
    return name.lower().endswith(ENDINGS) or MARK in beginning.lstrip(b"\xef\xbb\xbf \r\n")[:20].upper()


def checked(path: Path) -> None:
    """Raises NoCalendarError for what is none, or is too large."""
    if path.stat().st_size > LARGEST_FILE:
        raise NoCalendarError("large")
    with path.open("rb") as content:
        opened(content)


@transaction.atomic
def start(
    path: Path,
    name: str,
    *,
    newcomers: bool,
    by: User | None,
    at: datetime,
    calendar: SubscribedCalendar | None = None,
    defer: bool = True,
) -> Reading:
    """A reading of the calendar at ``path``; deferred, the queue goes on with it. No calendar: NoCalendarError."""
    checked(path)
    reading = Reading.objects.create(
        calendar=calendar, file_name=name[:400], path=str(path), newcomers=newcomers, by=by, created_at=at, moved_at=at
    )
    if defer:
        record(Fact.CALENDAR_READING_STARTED, [reading.pk], by=by, at=at)
    return reading


def kept(content: bytes) -> Path:
    """``content`` as a file of ours."""
    folder = settings.HOME / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path: Path = folder / f"{uuid.uuid4().hex}.ics"
    path.write_bytes(content)
    return path


def let_go(path: Path) -> None:
    """Our copy is not kept longer than it is needed; somebody's own file is theirs."""
    if path.parent == settings.HOME / FOLDER:
        with suppress(OSError):
            path.unlink()
