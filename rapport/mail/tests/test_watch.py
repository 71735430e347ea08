"""The process that watches mailboxes: mail within seconds, and nothing lost or doubled however often it is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from rapport.mail import watch as watching
from rapport.mail.models import LedgerLine, MailFolder
from rapport.mail.tests.letters import letter
from rapport.mail.tests.live import mailbox_at
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("K10")]
PATIENCE = 40


@pytest.fixture
def watch():
    """Starts the watcher on the test's database; what still runs at the end is killed."""
    started = []

    def start():
        params = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        address = make_conninfo(**{name: params[name] for name in names if params.get(name)})
        environment = {**os.environ, "DATABASE_URL": address}
        code = (
            "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'rapport.settings'; django.setup();"
            "from rapport.mail.watch import Watch; raise SystemExit(Watch().run())"
        )
        process = subprocess.Popen([sys.executable, "-c", code], env=environment)  # noqa: S603
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def mail(number, address):
    return bytes(letter(number, sender=f"Marta <marta{number % 50}@x.example>", to=address))


def test_mail_is_on_the_timeline_within_seconds_of_its_arrival(dovecot, watch):
    address = "idle@aurora.example"
    mailbox = mailbox_at(dovecot.port, address)
    watch()
    until(lambda: mailbox.__class__.objects.filter(pk=mailbox.pk, checked_at__isnull=False).exists())
    time.sleep(1)
    arrived = time.monotonic()
    dovecot.put(address, mail(1, address))
    until(lambda: Interaction.objects.filter(subject="Question 1").exists())
    assert time.monotonic() - arrived < 10
    dovecot.delete(address, 1)
    until(lambda: LedgerLine.objects.filter(number=1, gone_at__isnull=False).exists())


def test_a_watcher_that_is_killed_again_and_again_loses_and_doubles_nothing(dovecot, watch):
    address = "killed@aurora.example"
    dovecot.put(address, *(mail(number, address) for number in range(1, 1_201)))
    mailbox_at(dovecot.port, address)
    for _kill in range(4):
        before = Interaction.objects.count()
        process = watch()
        until(lambda: Interaction.objects.count() > before or done())  # noqa: B023
        process.send_signal(signal.SIGKILL)
        process.wait()
    watch()
    until(done)
    folder = MailFolder.objects.get(name="INBOX")
    assert (folder.messages, folder.taken, folder.duplicate) == (1_200, 1_200, 0)
    assert Interaction.objects.count() == 1_200
    assert LedgerLine.objects.values("number").distinct().count() == 1_200


def test_more_mailboxes_than_connections_take_turns_and_all_are_read(dovecot, monkeypatch):
    monkeypatch.setattr(watching, "PLACES", 2)
    addresses = [f"many{number}@aurora.example" for number in range(5)]
    for number, address in enumerate(addresses, 1):
        dovecot.put(address, mail(number, address))
        mailbox_at(dovecot.port, address)
    watch, most = watching.Watch(), 0
    end = time.monotonic() + PATIENCE
    while Interaction.objects.count() < len(addresses):
        assert time.monotonic() < end, "some were never read"
        watch.look()
        most = max(most, sum(one.is_alive() for one in watch.threads.values()))
        time.sleep(0.05)
    watch.stopping.set()
    for thread in watch.threads.values():
        thread.join(20)
    assert 1 <= most <= 2
    assert set(MailFolder.objects.filter(name="INBOX").values_list("taken", flat=True)) == {1}


def done():
    return MailFolder.objects.filter(name="INBOX", uid_validity__isnull=False, below=None, messages=1_200).exists()
