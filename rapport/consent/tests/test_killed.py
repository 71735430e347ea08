"""The sender is killed at each step of the protocol: nobody gets a message twice, and what is in doubt is listed."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from rapport.consent import gate
from rapport.consent.gate import CUT_OFF, send, sweep
from rapport.consent.ledger import Said
from rapport.consent.models import Decision, Message, State
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
ANN = "ann.lee@x.example"
# At which function of the gate it dies, before or after it did its work; what is then known; how many mails went out.
STEPS = [
    ("intend", "before", State.WAITING, 0),
    ("intend", "after", State.SENDING, 0),
    ("hold", "before", State.SENDING, 0),
    ("hold", "after", State.SENDING, 0),
    ("judge", "after", State.SENDING, 0),
    ("decide", "after", State.SENDING, 0),
    ("hand_over", "before", State.SENDING, 0),
    ("hand_over", "after", State.SENDING, 1),
    ("close", "before", State.SENDING, 1),
    ("close", "after", State.SENDING, 1),
    ("carry_out", "after", State.SENT, 1),
]


def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


def killed(message, step, when):
    """Send it in a child of this process that dies at that step; whether it did."""
    pid = os.fork()
    if pid:
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    # The parent's line to the database stays the parent's: it is neither used nor closed here.
    parents = connection.connection
    connection.connection = None
    work = getattr(gate, step)

    def deadly(*args, **named):
        work(*args, **named)
        die()

    setattr(gate, step, die if when == "before" else deadly)
    send(message.pk, at=timezone.now())
    os._exit(0 if parents else 1)


def its_locks_are_gone():
    """The database has noticed that the dead one is dead, which on a busy machine takes it a moment."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND xact_start IS NOT NULL"
            )
            if cursor.fetchone() == (0,):
                return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(("step", "when", "state", "mails"), STEPS, ids=str)
def test_a_sender_killed_at_any_step_sends_nothing_twice(ana, step, when, state, mails):
    now = timezone.now()
    with serving() as peer:
        member, account = main_member(customer_at()), account_for(ana, peer.port)
        say(Word(Purpose.objects.get(code="offers"), ANN, Said.GRANTED), by=ana, at=now)
        draft = Draft((ANN,), "Spring", "Dear Ann", purpose="offers")
        message = write(draft, account, key="1", member=member, by=ana, due_at=now, at=now)
        assert killed(message, step, when)
        assert its_locks_are_gone()
        assert Message.objects.get().state == state
        assert len(peer.envelopes) == mails
        later = timezone.now() + CUT_OFF + timedelta(seconds=1)
        due = sweep(at=later)
        for pk in due:
            send(pk, at=later)
        send(message.pk, at=later)
        kept = Message.objects.get()
        if state == State.SENDING:
            assert (due, kept.state, kept.reason) == ([], State.DOUBT, "cut off"), "in doubt, listed, never sent again"
            assert len(peer.envelopes) == mails
            assert not Decision.objects.exists(), "what was not committed was not decided"
        else:
            assert (kept.state, len(peer.envelopes)) == (State.SENT, 1)
