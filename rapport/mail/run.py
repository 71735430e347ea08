"""Read a mail file on from where it stands: batch by batch, each with its place in one transaction."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rapport.channels.mail.mailbox import Found, NoMailError, messages
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.mail.intake import COUNTS
from rapport.mail.models import MailFile, State
from rapport.mail.start import let_go
from rapport.mail.take_in import take

BATCH, BATCH_BYTES = 200, 16 * 1024 * 1024
Progress = Callable[[MailFile], None]


def run(mail_file_id: int, *, progress: Progress | None = None, spell: float | None = None) -> MailFile:
    """Go on until the file is done or stopped. Running twice at once is harmless: the second gives way.

    ``spell`` ends it after so many seconds, still running, so that other work gets its turn.
    """
    started = MailFile.objects.get(pk=mail_file_id)
    begun = time.monotonic()
    number = started.messages
    try:
        for batch in batches(messages(Path(started.path), number=number, place=started.place)):
            moved = take_batch(started, batch, number)
            if moved is None:
                return MailFile.objects.get(pk=started.pk)
            number = moved.messages
            if progress:
                progress(moved)
            if spell and time.monotonic() - begun > spell:
                return moved
    except NoMailError as problem:
        return end(started, State.BROKEN, str(problem))
    except OSError:
        return end(started, State.BROKEN, "gone")
    return end(started, State.DONE)


def batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Few enough messages to hold at once."""
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.content)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def take_batch(started: MailFile, batch: list[Found], number: int) -> MailFile | None:
    """One batch and the new place; None when somebody stopped the file or took it over."""
    begun = time.monotonic()
    at = timezone.now()
    with transaction.atomic():
        now = MailFile.objects.select_for_update().get(pk=started.pk)
        if now.state != State.RUNNING or now.messages != number:
            return None
        now.count(take(batch, now, at=at))
        now.place, now.share, now.moved_at = batch[-1].place, batch[-1].share, at
        now.seconds += time.monotonic() - begun
        now.save(update_fields=[*COUNTS, "messages", "place", "share", "moved_at", "seconds"])
    return now


def end(started: MailFile, state: State, trouble: str = "", *, at: datetime | None = None) -> MailFile:
    at = at or timezone.now()
    with transaction.atomic():
        ended = MailFile.objects.filter(pk=started.pk, state=State.RUNNING).update(
            state=state, trouble=trouble[:400], ended_at=at, moved_at=at, share=1 if state == State.DONE else F("share")
        )
        if ended:
            record(Fact.MAIL_FILE_ENDED, [started.pk], by=started.by, at=at)
    if ended and state == State.DONE:
        let_go(Path(started.path))
    return MailFile.objects.get(pk=started.pk)
