"""Start a mail file, or go on with the same one that was cut short."""

import hashlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from rapport.channels.mail.mailbox import kind_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.mail.intake import Strangers
from rapport.mail.models import MailFile, State
from rapport.people.models import User

FOLDER = "mail_files"
HELD_UP = (State.RUNNING, State.STOPPED, State.BROKEN)


def brought(path: Path, name: str, strangers: Strangers, *, by: User | None, at: datetime) -> MailFile:
    """The mail file at ``path``: one that was cut short, or a new one. No mail in it: NoMailError."""
    kind_of(path)
    digest = digest_of(path)
    same = MailFile.objects.filter(digest=digest) if digest else MailFile.objects.filter(path=str(path))
    earlier = same.filter(state__in=HELD_UP, by=by, strangers=strangers).newest_first().first()
    if earlier:
        earlier.path = str(path)
        return earlier
    return MailFile(
        file_name=name[:400], path=str(path), digest=digest, strangers=strangers, by=by, created_at=at, moved_at=at
    )


def start(mail_file: MailFile, *, at: datetime, defer: bool) -> MailFile:
    """Set it going. Deferred, the queue runs it; otherwise the caller does."""
    with transaction.atomic():
        going = as_it_is(mail_file)
        going.state, going.moved_at, going.trouble, going.ended_at = State.RUNNING, at, "", None
        going.save()
        if defer:
            record(Fact.MAIL_FILE_STARTED, [going.pk], by=going.by, at=at)
    return going


def as_it_is(mail_file: MailFile) -> MailFile:
    """Somebody else may have brought the same file at this moment: how far theirs came is not written over."""
    now = MailFile.objects.select_for_update(of=("self",)).filter(pk=mail_file.pk).first()
    if now is None:
        return mail_file
    if now.state not in HELD_UP:  # Done meanwhile: this one is a file of its own.
        names = ("file_name", "path", "digest", "strangers", "by")
        return MailFile(created_at=timezone.now(), **{name: getattr(mail_file, name) for name in names})
    if now.path != mail_file.path:
        if Path(now.path).exists():
            let_go(Path(mail_file.path))
        else:
            now.path = mail_file.path
    return now


def digest_of(path: Path) -> str:
    if path.is_dir():
        return ""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def let_go(path: Path) -> None:
    """An upload is not kept longer than it is needed; somebody's own file is theirs."""
    if path.parent == settings.HOME / FOLDER:
        with suppress(OSError):
            path.unlink()
