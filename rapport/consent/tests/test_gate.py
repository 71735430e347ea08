"""The gate: what may leave leaves once; what may not does not; what nobody knows is asked."""

import asyncio
import email
import email.policy
import os
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from rapport.consent.gate import CUT_OFF, WAITS, send, sweep
from rapport.consent.lift import lift
from rapport.consent.models import Cause, Decision, Message, State, Suppression
from rapport.consent.object import object_to
from rapport.consent.settle import it_arrived, send_again, take_back
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.files.keep import Content

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]


@pytest.fixture
def peer():
    with serving() as one:
        yield one


@pytest.fixture
def ann(db):
    return customer_at()


@pytest.fixture
def letter(ana, ann, peer, settings, tmp_path):
    settings.FILES = tmp_path / "files"

    def written(to="ann.lee@x.example", key="1", account=None, **named):
        now = timezone.now()
        account = account or ana.mail_accounts.first() or account_for(ana, peer.port)
        draft = Draft(**{"to": (to,), "subject": "Spring", "text": "Dear Ann,\nall the best.\n"} | named)
        return write(draft, account, key=key, member=main_member(ann), by=ana, due_at=now, at=now)

    return written


def test_a_letter_leaves_once_however_often_it_is_sent(letter, peer):
    message = letter()
    for _again in range(3):
        sent = send(message.pk, at=timezone.now())
    assert (sent.state, len(peer.envelopes)) == (State.SENT, 1)
    content = peer.envelopes[0].content.decode()
    assert f"Message-ID: <{message.message_id}>" in content
    assert "Auto-Submitted" not in content
    assert "all the best" in content
    assert peer.envelopes[0].rcpt_tos == ["ann.lee@x.example"]


def test_the_same_form_twice_is_one_message(letter):
    assert letter(key="form").pk == letter(key="form").pk


def test_an_objection_stops_what_was_waiting_and_the_reason_is_kept(letter, peer, ana):
    message = letter(to="ANN.LEE@x.example")
    object_to("Ann.Lee@X.example", evidence="by phone, told to Ana", by=ana, at=timezone.now())
    assert send(message.pk, at=timezone.now()).state == State.REFUSED
    assert peer.envelopes == []
    decision = Decision.objects.get(message=message)
    assert (decision.allowed, decision.reason) == (False, Cause.OBJECTED)
    assert "told to Ana" in decision.said


def test_somebody_in_copy_who_objected_stops_the_letter_for_all(letter, peer, ana):
    object_to("bob@x.example", evidence="mail of 3 May", by=ana, at=timezone.now())
    message = letter(cc=("bob@x.example",))
    assert send(message.pk, at=timezone.now()).state == State.REFUSED
    assert peer.envelopes == []


def test_what_was_lifted_may_leave_again_and_the_history_stays(letter, peer, ana, mia):
    found = object_to("ann.lee@x.example", evidence="by phone", by=ana, at=timezone.now())
    lift(found, "asked for our mail again", by=mia, at=timezone.now())
    assert send(letter().pk, at=timezone.now()).state == State.SENT
    assert Suppression.objects.get().lift.reason == "asked for our mail again"


def test_a_letter_that_was_taken_back_does_not_leave(letter, peer, ana):
    message = letter()
    assert take_back(message, by=ana, at=timezone.now())
    assert send(message.pk, at=timezone.now()).state == State.DROPPED
    assert peer.envelopes == []


def test_a_letter_does_not_leave_before_its_time(letter, peer):
    message = letter()
    assert send(message.pk, at=message.due_at - timedelta(seconds=1)).state == State.WAITING
    assert peer.envelopes == []


def test_what_a_server_refuses_for_now_is_tried_again_later_and_then_given_up(letter, peer):
    peer.answers["RCPT"] = "451 try later"
    message, now = letter(), timezone.now()
    for wait in WAITS:
        message = send(message.pk, at=now)
        assert (message.state, message.due_at, message.said) == (
            State.WAITING,
            now + wait,
            "451 ann.lee@x.example: try later",
        )
        now += wait
    assert send(message.pk, at=now).state == State.FAILED


def test_what_a_server_refuses_for_ever_is_not_tried_again(letter, peer):
    peer.answers["RCPT"] = "550 no such user"
    message = send(letter().pk, at=timezone.now())
    assert (message.state, message.reason) == (State.FAILED, "recipient")
    assert "no such user" in message.said


def test_a_line_cut_once_all_was_handed_over_leaves_it_in_doubt_and_never_sends_it_again_by_itself(letter, peer, ana):
    peer.answers["DATA"] = ["cut"]
    message = send(letter().pk, at=timezone.now())
    assert (message.state, message.reason) == (State.DOUBT, "doubt")
    later = timezone.now() + timedelta(days=1)
    assert sweep(at=later) == []
    assert send(message.pk, at=later).state == State.DOUBT
    assert len(peer.envelopes) == 1
    assert send_again(message, by=ana, at=later)
    assert send(message.pk, at=later).state == State.SENT
    assert [one.content.decode().count(message.message_id) for one in peer.envelopes] == [1, 1]


def test_what_was_in_doubt_may_have_arrived(letter, peer, ana):
    peer.answers["DATA"] = ["cut"]
    message = send(letter().pk, at=timezone.now())
    assert it_arrived(message, by=ana, at=timezone.now())
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (State.SENT, message.begun_at.replace(microsecond=0))


def test_an_account_without_a_server_says_so(letter, ana):
    message = send(letter(account=account_for(ana, 0)).pk, at=timezone.now())
    assert (message.state, message.reason) == (State.FAILED, "no server")


def test_headers_hold_nothing_but_themselves(letter, peer, ana):
    ana.name = "Ana\r\nBcc: spy@x.example"
    ana.save()
    message = letter(subject="Hello\r\nBcc: spy@x.example\r\n\r\nbody")
    assert send(message.pk, at=timezone.now()).state == State.SENT
    head, _gap, _body = peer.envelopes[0].content.decode().partition("\r\n\r\n")
    assert not [line for line in head.splitlines() if line.lower().startswith("bcc")]
    assert peer.envelopes[0].rcpt_tos == ["ann.lee@x.example"]


@pytest.mark.parametrize(
    "forged", ["ann@x.example\r\nRCPT TO:<spy@x.example>", "a b@x.example", "ann@x.example>", "ann"]
)
def test_a_forged_address_is_refused(letter, peer, forged):
    message = send(letter(to=forged).pk, at=timezone.now())
    assert message.state in {State.REFUSED, State.FAILED}
    assert message.reason == "address"
    assert peer.envelopes == []


def test_an_address_that_the_server_cant_handle_is_told_plainly(letter, ana):
    with serving(enable_SMTPUTF8=False) as old:
        message = letter(to="jörg@x.example", account=account_for(ana, old.port))
        assert send(message.pk, at=timezone.now()).reason == "international"
        assert old.envelopes == []


def test_an_address_in_other_letters_leaves_by_a_server_that_can(letter, peer):
    assert send(letter(to="jörg@x.example").pk, at=timezone.now()).state == State.SENT
    assert peer.envelopes[0].rcpt_tos == ["jörg@x.example"]


def test_a_domain_in_other_letters_is_written_to_as_servers_know_it(letter, peer):
    assert send(letter(to="ann@bücher.example").pk, at=timezone.now()).state == State.SENT
    assert peer.envelopes[0].rcpt_tos == ["ann@xn--bcher-kva.example"]


def test_a_message_larger_than_the_server_accepts_is_told_before_it_is_sent(ana, ann, settings, tmp_path):
    settings.FILES = tmp_path
    with serving(data_size_limit=20_000) as small:
        now, draft = (
            timezone.now(),
            Draft(("ann.lee@x.example",), "S", "T", enclosed=(Content("a", "a/b", b"x" * 25_000),)),
        )
        message = write(draft, account_for(ana, small.port), key="x", member=None, by=ana, due_at=now, at=now)
        assert send(message.pk, at=now).reason == "large"
        assert small.envelopes == []


def test_lines_that_begin_with_a_point_and_files_arrive_whole(letter, peer):
    data = b"\x00\x01.\r\n.\r\n" * 100_000
    message = letter(text="one\n.\n..two\n", enclosed=(Content("plan.bin", "application/x-plan", data),))
    assert send(message.pk, at=timezone.now()).state == State.SENT
    read = email.message_from_bytes(peer.envelopes[0].content, policy=email.policy.default)
    assert read.get_body().get_content().splitlines() == ["one", ".", "..two"]
    assert [part.get_content() for part in read.iter_attachments()] == [data]


@pytest.mark.django_db(transaction=True)
def test_an_objection_waits_for_what_is_on_its_way_and_nothing_leaves_after_it(letter, peer, ana):
    entered, go_on = threading.Event(), threading.Event()
    first, second = letter(key="1"), letter(key="2")

    async def slow(server, session, envelope):
        entered.set()
        await asyncio.to_thread(go_on.wait, 10)
        peer.envelopes.append(envelope)
        return "250 OK"

    peer.handle_DATA = slow
    done = []

    def sending():
        done.append(send(first.pk, at=timezone.now()).state)
        connections.close_all()

    def objecting():
        object_to("ann.lee@x.example", evidence="by phone", by=ana, at=timezone.now())
        done.append("acknowledged")
        connections.close_all()

    threads = [threading.Thread(target=sending)]
    threads[0].start()
    assert entered.wait(10)
    threads.append(threading.Thread(target=objecting))
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive(), "the objection has to wait for the letter that is being handed over"
    go_on.set()
    for one in threads:
        one.join(10)
    assert done == [State.SENT, "acknowledged"]
    assert send(second.pk, at=timezone.now()).state == State.REFUSED
    assert len(peer.envelopes) == 1


KILLED = """
import os, signal, django
django.setup()
from django.utils import timezone
from rapport.consent import gate
def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)
gate.hand_over = die
gate.send({pk}, at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_intent_and_outcome_leaves_the_letter_in_doubt(letter, peer):
    message = letter()
    url = connection.settings_dict
    where = f"host={url['HOST']} port={url['PORT'] or 5432} user={url['USER']} password={url['PASSWORD'] or 'x'} dbname={url['NAME']}"
    environment = {**os.environ, "DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "rapport.settings"}
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", textwrap.dedent(KILLED.format(pk=message.pk))], env=environment, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert Message.objects.get(pk=message.pk).state == State.SENDING
    assert send(message.pk, at=timezone.now()).state == State.SENDING
    assert sweep(at=timezone.now() + CUT_OFF + timedelta(seconds=1)) == []
    left = Message.objects.get(pk=message.pk)
    assert (left.state, left.reason) == (State.DOUBT, "cut off")
    assert peer.envelopes == []
