"""Watch all mailboxes: one connection each, as far as there are places, told by the server when mail comes."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from rapport.channels.mail.wire import ImapError
from rapport.mail.models import Mailbox
from rapport.mail.sync import Reader
from rapport.mail.visit import visiting

PLACES = 50
LOOK_SECONDS, IDLE_SECONDS = 2.0, 60.0
TURN = timedelta(minutes=1)


class Watch:
    """A thread for each mailbox that is due, at most ``PLACES``; where there are more, they take turns."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.woken: dict[int, threading.Event] = {}
        self.threads: dict[int, threading.Thread] = {}
        self.since: dict[int, datetime] = {}
        self.readers: dict[int, Reader] = {}

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        while not self.stopping.is_set():
            self.look()
            self.stopping.wait(LOOK_SECONDS)
        for woken in self.woken.values():
            woken.set()
        for thread in list(self.threads.values()):
            thread.join(3)
        return 0

    def look(self) -> None:
        """Start a thread for whoever is due, wake who was asked for."""
        close_old_connections()
        try:
            found = list(Mailbox.objects.read().select_related("account").order_by("seen_at", "pk"))
        except OperationalError:
            return
        now = timezone.now()
        self.threads = {pk: one for pk, one in self.threads.items() if one.is_alive()}
        many = len(found) > PLACES
        for mailbox in found:
            asked = mailbox.asked_at and mailbox.asked_at > self.since.get(mailbox.pk, mailbox.asked_at - TURN)
            if mailbox.pk in self.threads:
                if asked:
                    self.since[mailbox.pk] = now
                    self.woken[mailbox.pk].set()
            elif len(self.threads) < PLACES and (asked or self.is_due(mailbox, now, many=many)):
                self.start(mailbox, now, stay=not many)

    def is_due(self, mailbox: Mailbox, now: datetime, *, many: bool) -> bool:
        if mailbox.next_try_at:
            return mailbox.next_try_at <= now
        return not many or mailbox.seen_at is None or mailbox.seen_at < now - TURN

    def start(self, mailbox: Mailbox, now: datetime, *, stay: bool) -> None:
        woken = threading.Event()
        self.since[mailbox.pk], self.woken[mailbox.pk] = now, woken
        thread = threading.Thread(target=self.keep, args=(mailbox.pk, woken, stay), daemon=True)
        self.threads[mailbox.pk] = thread
        thread.start()

    def keep(self, mailbox_id: int, woken: threading.Event, stay: bool) -> None:  # noqa: FBT001
        """Stay with one mailbox until it fails, is changed, or others wait for the place."""
        reader = self.readers.setdefault(mailbox_id, Reader())
        try:
            while not self.stopping.is_set():
                try:
                    self.attend(mailbox_id, reader, woken, stay=stay)
                except ImapError:
                    if Mailbox.objects.filter(pk=mailbox_id).exclude(trouble="").exists():
                        return
                    continue
                return
        except (OperationalError, Mailbox.DoesNotExist):
            return
        finally:
            close_old_connections()

    def attend(self, mailbox_id: int, reader: Reader, woken: threading.Event, *, stay: bool) -> None:
        with visiting(found(mailbox_id), reader) as visit:
            settings = what_matters(found(mailbox_id))
            while True:
                visit.round(stop=self.stopped_or(lambda: settings != what_matters(found(mailbox_id))))
                if not stay or self.stopping.is_set() or settings != what_matters(found(mailbox_id)):
                    return
                close_old_connections()
                woken.clear()
                visit.wait(IDLE_SECONDS, woken)
                if settings != what_matters(found(mailbox_id)):
                    return

    def stopped_or(self, changed: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: self.stopping.is_set() or changed()


def found(mailbox_id: int) -> Mailbox:
    return Mailbox.objects.select_related("account").get(pk=mailbox_id)


def what_matters(mailbox: Mailbox) -> tuple[object, ...]:
    """What a connection that is open stands on; changed, another is made."""
    account = mailbox.account
    chosen = mailbox.folders.filter(wanted=True).order_by("pk").values_list("pk", flat=True)
    return (
        *(account.active, account.imap_host, account.imap_port, account.imap_security, account.signs_in_as),
        *(account.proof, mailbox.since, mailbox.strangers, mailbox.circle_id, tuple(chosen)),
    )
