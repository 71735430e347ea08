"""The sender is killed at each step of the protocol: nobody gets a message twice, and what is in doubt is listed."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from rapport.consent import gate
from rapport.consent.gate import CUT_OFF, send, sweep
from rapport.consent.ledger import Said
from rapport.consent.models import Decision, Message, State
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.settle import send_again
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.tests.provider import providing
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
    ("server", "taking it", State.SENDING, 1),
    ("hand_over", "after", State.SENDING, 1),
    ("close", "before", State.SENDING, 1),
    ("close", "after", State.SENDING, 1),
    ("carry_out", "after", State.SENT, 1),
]
# Every other way out: what is then known, and how often it lies there or was taken.
OTHER_STEPS = [one for one in STEPS if one[0] in {"intend", "decide", "hand_over", "server", "close", "carry_out"}]
OTHER_WAYS = [
    *(("provider", *one) for one in OTHER_STEPS),
    *((way, *one) for way in ("sms", "post") for one in OTHER_STEPS if one[0] != "server"),
    # In the middle of laying it into the spool: half a file, a whole one that has no name yet, the first that has.
    ("sms", "fsync", "before", State.SENDING, 0),
    ("sms", "fsync", "after", State.SENDING, 0),
    ("sms", "replace", "after", State.SENDING, 1),
    ("post", "fsync", "before", State.SENDING, 0),
    ("post", "replace", "after", State.SENDING, 0),
]
BELOW = {"fsync": os, "replace": Path}
CHILD = []


def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


def killed(message, step, when):
    """Send it in a child of this process that dies at that step; whether it did."""
    pid = os.fork()
    if pid:
        CHILD[:] = [pid]
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    # The parent's line to the database stays the parent's: it is neither used nor closed here.
    parents = connection.connection
    connection.connection = None
    where = BELOW.get(step, gate)
    work = getattr(where, step, None)

    def deadly(*args, **named):
        work(*args, **named)
        die()

    if work:
        setattr(where, step, die if when == "before" else deadly)
    send(message.pk, at=timezone.now())
    os._exit(0 if parents else 1)


def kill_it():
    """By whoever takes the letter at that moment: it has it, and the sender never hears so."""
    os.kill(CHILD[0], signal.SIGKILL)
    return "cut"


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
        if step == "server":
            peer.answers["DATA"] = [kill_it]
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


@pytest.fixture
def ways(ana, settings, tmp_path):
    """By each way: a message to Ann that is due, and how often it was taken or lies there."""
    settings.HOME, settings.DRIVERS = tmp_path, ["sms", "post"]
    member = main_member(customer_at())
    with providing(settings) as provider:

        def written(way):
            now, account = timezone.now(), account_for(ana, 0) if way == "provider" else None
            to = {"provider": ANN, "sms": "+351912345678", "post": "Ann Lee\nRua Nova 7"}[way]
            channel = "email" if way == "provider" else way
            draft = Draft((to,), "Spring", "Dear Ann", channel=channel)
            return write(draft, account, key=way, member=member, by=ana, due_at=now, at=now)

        def taken():
            return len(provider.letters) + len(list((tmp_path / "spool").rglob("*.json")))

        written.provider, written.taken = provider, taken
        yield written


@pytest.mark.parametrize(("way", "step", "when", "state", "taken"), OTHER_WAYS, ids=str)
def test_by_every_other_way_neither(ana, ways, way, step, when, state, taken):
    message = ways(way)
    ways.provider.answers = [kill_it] if step == "server" else []
    assert killed(message, step, when)
    assert its_locks_are_gone()
    assert Message.objects.get().state == (State.LAID if state == State.SENT and way != "provider" else state)
    assert ways.taken() == taken
    later = timezone.now() + CUT_OFF + timedelta(seconds=1)
    for pk in sweep(at=later):
        send(pk, at=later)
    send(message.pk, at=later)
    kept = Message.objects.get()
    if state != State.SENDING:
        assert (kept.state, ways.taken()) == (State.SENT if way == "provider" else State.LAID, 1)
        return
    assert (kept.state, kept.reason, ways.taken()) == (State.DOUBT, "cut off", taken), "listed, and left to somebody"
    if way != "provider":
        assert send_again(kept, by=ana, at=later)
        assert send(kept.pk, at=later).state == State.LAID
        assert ways.taken() == 1, "its file has one name: where it lies already it does not lie twice"
