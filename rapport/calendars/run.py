"""Go on reading a calendar from where it stands: batch by batch, each in one transaction."""

import zoneinfo
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from rapport.calendars.judge import Case
from rapport.calendars.models import Reading, State
from rapport.calendars.start import checked, let_go
from rapport.calendars.take_in import take
from rapport.calendars.vanish import vanish
from rapport.channels.calendar.happening import NoCalendarError
from rapport.channels.calendar.read import read
from rapport.channels.calendar.split import entries, frames, opened
from rapport.channels.calendar.zone import Clocks

BATCH = 100


def run(reading_id: int) -> Reading:
    """Read it to its end. Running twice at once is harmless: the second gives way."""
    started = Reading.objects.select_related("by", "calendar").get(pk=reading_id)
    if not started.busy:
        return started
    path = Path(started.path)
    with override(started.by.language if started.by else "en"):
        try:
            checked(path)
            cases = (case for case in cases_of(path, usual_zone(started)) if case.number > started.entries)
            while batch := list(islice(cases, BATCH)):
                if not take_batch(started, batch):
                    return Reading.objects.get(pk=started.pk)
        except NoCalendarError as problem:
            return end(started, State.BROKEN, str(problem))
        except OSError:
            return end(started, State.BROKEN, "gone")
        return end(started, State.DONE)


def usual_zone(reading: Reading) -> tzinfo:
    """On whose clock a time stands that names none."""
    named = reading.by.time_zone if reading.by else ""
    return zoneinfo.ZoneInfo(named or settings.TIME_ZONE)


def cases_of(path: Path, usual: tzinfo) -> Iterator[Case]:
    with path.open("rb") as source:
        found = frames(opened(source))
    clocks = [Clocks(frame, usual) for frame in found]
    with path.open("rb") as raw, closing(opened(raw)) as source:
        yield from read_from(source, clocks)


def read_from(source: BinaryIO, clocks: list[Clocks]) -> Iterator[Case]:
    for block in entries(source):
        yield Case(block.number, read(block, clocks[min(block.calendar, len(clocks) - 1)]))


def take_batch(started: Reading, batch: list[Case]) -> bool:
    """Whether the batch was this run's to take."""
    at = timezone.now()
    with transaction.atomic():
        now = Reading.objects.select_for_update(of=("self",)).select_related("by", "calendar").get(pk=started.pk)
        if not now.busy or now.entries != batch[0].number - 1:
            return False
        for name, number in take(batch, now, at=at).items():
            setattr(now, name, getattr(now, name) + number)
        now.entries, now.moved_at = batch[-1].number, at
        now.times += sum(case.made for case in batch)
        now.save()
    return True


def end(started: Reading, state: State, trouble: str = "", *, at: datetime | None = None) -> Reading:
    at = at or timezone.now()
    with transaction.atomic():
        ended = Reading.objects.filter(pk=started.pk, state=State.RUNNING).update(
            state=state, trouble=trouble[:40], ended_at=at, moved_at=at
        )
        reading = Reading.objects.select_related("calendar", "by").get(pk=started.pk)
        if ended and state == State.DONE and reading.calendar:
            vanish(reading.calendar, reading, by=reading.by, at=at)
    if ended:
        let_go(Path(started.path))
    return reading
