"""Many messages of one account take one connection; one that broke is opened anew, and doubt stays doubt."""

import socket
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from rapport.consent.gate import batch, send
from rapport.consent.models import Message, State
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.journal.models import Fact
from rapport.journal.record import record

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]


@pytest.fixture
def peer(db):
    with serving() as server:
        yield server


@pytest.fixture
def letters(ana, peer):
    member, numbers = main_member(customer_at()), count()
    account = account_for(ana, peer.port)

    def made(many):
        now = timezone.now()
        draft = Draft(("ann.lee@x.example",), "Hello", "Dear Ann")
        return [
            write(draft, account, key=str(next(numbers)), member=member, by=ana, due_at=now, at=now)
            for _ in range(many)
        ]

    return made


def test_one_connection_is_enough_for_many(letters, peer, run_jobs):
    made = letters(5)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    record(Fact.MESSAGES_WRITTEN, [one.pk for one in made], by=None, at=timezone.now())
    run_jobs()
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert len(peer.envelopes) == 5
    assert len(peer.sessions) == 1


def test_one_that_is_refused_spoils_none_of_the_next(letters, peer):
    peer.answers["RCPT"] = ["550 no such user", "250 OK", "250 OK"]
    with batch() as lines:
        states = [send(one.pk, at=timezone.now(), lines=lines).state for one in letters(3)]
    assert states == [State.FAILED, State.SENT, State.SENT]
    assert [one.rcpt_tos for one in peer.envelopes] == [["ann.lee@x.example"]] * 2
    assert len(peer.sessions) == 1


def test_a_connection_that_breaks_leaves_one_in_doubt_and_the_next_takes_a_fresh_one(letters, peer):
    peer.answers["DATA"] = ["250 OK", "cut", "250 OK"]
    with batch() as lines:
        states = [send(one.pk, at=timezone.now(), lines=lines).state for one in letters(3)]
    assert states == [State.SENT, State.DOUBT, State.SENT]
    assert len(peer.sessions) == 2


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(letters, peer):
    first, second = letters(2)
    with batch() as lines:
        send(first.pk, at=timezone.now(), lines=lines)
        for server in lines._open.values():
            server.sock.shutdown(socket.SHUT_RDWR)
        assert send(second.pk, at=timezone.now(), lines=lines).state == State.SENT
    assert len(peer.sessions) == 2
