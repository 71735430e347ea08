"""Visit a mailbox on its server: sign in, bring everything up to date, say how it went."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from rapport.channels.mail.imap import Imap, connected
from rapport.channels.mail.sign_in import SignInError, credentials
from rapport.channels.mail.wire import ImapError
from rapport.mail.folders import learn_folders
from rapport.mail.models import Mailbox, MailFolder
from rapport.mail.sync import Reader, compare, differs, unreadable

DAILY = timedelta(days=1)
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)
ALARM = timedelta(hours=1)
Stop = Callable[[], bool]


class Visit:
    """One connection to a mailbox, and what is done over it."""

    def __init__(self, mailbox: Mailbox, imap: Imap, reader: Reader) -> None:
        self.mailbox, self.imap, self.reader = mailbox, imap, reader
        self.folders = learn_folders(mailbox, imap.folders())

    def round(self, *, stop: Stop, check: bool = False) -> None:
        """New mail of all folders, then what lies further back, with new mail looked for again between portions."""
        self.look(check=check)
        went_well(self.mailbox, at=timezone.now())
        while not stop() and (waiting := [one for one in self.folders if one.below is not None and not one.trouble]):
            folder = waiting[0]
            self.reader.open(self.imap, folder)
            self.reader.news(self.imap, folder)
            self.reader.further_back(self.imap, folder)
            if folder.use != "inbox":
                self.arrivals()
        if not stop():
            self.verify()

    def look(self, *, check: bool) -> None:
        for folder in self.folders:
            with apart(folder):
                self.reader.open(self.imap, folder)
                self.reader.news(self.imap, folder)
                if check or differs(folder):
                    compare(self.imap, folder, self.reader, at=timezone.now())

    def arrivals(self) -> None:
        """New mail must not wait behind old mail."""
        for folder in self.folders:
            if folder.use == "inbox":
                self.reader.open(self.imap, folder)
                self.reader.news(self.imap, folder)

    def verify(self) -> None:
        """Once a day every message is compared, whatever the counts say."""
        at = timezone.now()
        if self.mailbox.checked_at and self.mailbox.checked_at > at - DAILY:
            return
        for folder in self.folders:
            with apart(folder):
                self.reader.open(self.imap, folder)
                compare(self.imap, folder, self.reader, at=at)
        self.mailbox.checked_at = at
        self.mailbox.save(update_fields=["checked_at"])

    def wait(self, seconds: float, woken: threading.Event) -> None:
        """Until mail comes where it arrives."""
        inbox = next((one for one in self.folders if one.use == "inbox" and not one.trouble), None)
        if inbox is None:
            woken.wait(seconds)
            return
        self.reader.open(self.imap, inbox)
        if not self.reader.news(self.imap, inbox) and not differs(inbox):
            self.imap.wait(seconds, woken)


@contextmanager
def apart(folder: MailFolder) -> Iterator[None]:
    """A folder that the server does not open is marked; what breaks the connection goes on."""
    try:
        yield
    except ImapError as problem:
        if str(problem) not in {"folder", "refused"}:
            raise
        unreadable(folder, problem)


@contextmanager
def visiting(mailbox: Mailbox, reader: Reader) -> Iterator[Visit]:
    """A visit; what goes wrong is written down at the mailbox and raised as ImapError."""
    try:
        proof = credentials(mailbox.account, at=timezone.now())
        with connected(mailbox.account, proof) as imap:
            yield Visit(mailbox, imap, reader)
    except SignInError as problem:
        went_wrong(mailbox, str(problem), "", at=timezone.now())
        raise ImapError(str(problem)) from None
    except ImapError as problem:
        if not reader.stumble():
            went_wrong(mailbox, str(problem), problem.said, at=timezone.now())
        raise


def sync(mailbox: Mailbox, *, check: bool = False, stop: Stop = lambda: False) -> Mailbox:
    """Bring everything up to date now. Messages over which the server stumbles are named and passed by."""
    reader = Reader()
    while True:
        try:
            with visiting(mailbox, reader) as visit:
                visit.round(stop=stop, check=check)
            break
        except ImapError:
            if mailbox.trouble:
                break
    return mailbox


def went_well(mailbox: Mailbox, *, at: datetime) -> None:
    mailbox.trouble, mailbox.said, mailbox.failing_since = "", "", None
    mailbox.tries, mailbox.next_try_at, mailbox.seen_at = 0, None, at
    mailbox.save(update_fields=["trouble", "said", "failing_since", "tries", "next_try_at", "seen_at"])


def went_wrong(mailbox: Mailbox, word: str, said: str, *, at: datetime) -> None:
    """Try again later and later."""
    pause = min(SHORTEST * 2 ** min(mailbox.tries, 10), LONGEST)
    mailbox.trouble, mailbox.said = word[:40], said[:300]
    mailbox.failing_since = mailbox.failing_since or at
    mailbox.tries, mailbox.next_try_at = mailbox.tries + 1, at + pause
    mailbox.save(update_fields=["trouble", "said", "failing_since", "tries", "next_try_at"])
