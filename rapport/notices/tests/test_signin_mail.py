"""Mail about signing in goes through the gate to whoever it is about, and what opens a door is kept nowhere."""

import email
import email.policy
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from rapport.channels.models import MailAccount
from rapport.consent.gate import send
from rapport.consent.models import Cause, Message, State
from rapport.consent.object import object_to
from rapport.consent.settle import send_again
from rapport.consent.tests.peer import account_for, serving
from rapport.journal.models import Event
from rapport.people.models import Scope, User

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
LINK = re.compile(r"https?://\S+/accounts/password/reset/key/\S+")
NEW = "an even longer password"


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def peer(db):
    with serving() as server:
        account_for(None, server.port, scope_id=Scope.EVERYONE)
        yield server


def ask(client, address):
    return client.post(reverse("account_reset_password"), {"email": address})


def words_of(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default).get_content()


def test_a_link_comes_by_mail_and_lets_one_choose_a_new_password(client, ana, peer, run_jobs, settings):
    settings.PUBLIC_URL = "https://crm.aurora.example"
    assert ask(client, ana.email).status_code == 302
    message = Message.objects.get()
    assert (message.reader, message.purpose, message.to) == (ana, None, [ana.email])
    assert message.due_at <= timezone.now()
    run_jobs()
    link = LINK.search(words_of(peer.envelopes[0]))[0]
    assert link.startswith("https://crm.aurora.example/")
    page = client.get(link.removeprefix("https://crm.aurora.example"), follow=True)
    form = page.redirect_chain[-1][0]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(NEW)
    run_jobs()
    assert len(peer.envelopes) == 2, "and is told that it was changed"


def test_the_link_is_kept_nowhere_once_it_left(client, ana, peer, run_jobs):
    ask(client, ana.email)
    run_jobs()
    link = LINK.search(words_of(peer.envelopes[0]))[0]
    token = link.rstrip("/").rpartition("/")[2]
    message = Message.objects.get()
    assert (message.state, bytes(message.sealed), message.is_gone) == (State.SENT, b"", True)
    assert token not in message.text + message.subject
    with connection.cursor() as cursor:
        for table in ("consent_message", "journal_event", "consent_decision", "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{token}%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table


def test_while_it_waits_it_is_sealed(client, ana, peer):
    peer.answers["MAIL"] = "451 later"
    ask(client, ana.email)
    message = Message.objects.get()
    assert "/accounts/" not in message.text
    assert LINK.search(message.words)
    assert b"accounts" not in bytes(message.sealed)
    assert send(message.pk, at=timezone.now()).state == State.WAITING
    assert LINK.search(Message.objects.get().words)


def test_what_was_refused_is_forgotten_too_and_is_not_sent_again(client, ana, peer):
    object_to(ana.email, Cause.BOUNCED, evidence="550", by=None, at=timezone.now())
    ask(client, ana.email)
    message = Message.objects.get()
    assert send(message.pk, at=timezone.now()).state == State.REFUSED
    message.refresh_from_db()
    assert message.is_gone
    assert not send_again(message, by=ana, at=timezone.now())


@pytest.mark.usefixtures("peer")
def test_the_answer_is_the_same_whosever_the_address_is(client, ana, nils):
    User.objects.filter(pk=nils.pk).update(is_active=False)
    answers = [ask(client, address) for address in (ana.email, "nobody@rapport.example", nils.email)]
    assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
    assert [one.reader for one in Message.objects.all()] == [ana]


@pytest.mark.usefixtures("peer")
def test_who_signs_in_elsewhere_gets_no_second_door(client, ana):
    ana.set_unusable_password()
    ana.save()
    ask(client, ana.email)
    assert not Message.objects.exists()


@pytest.mark.usefixtures("peer")
def test_nobodys_mailbox_is_filled(client, ana):
    for _time in range(6):
        ask(client, ana.email)
    assert Message.objects.count() == 3


def test_where_nothing_can_leave_the_page_says_so(client, ana):
    page = client.get(reverse("account_reset_password")).content.decode()
    assert "can send no e-mail" in page
    assert "can send no e-mail" in ask(client, ana.email).content.decode()
    assert not Message.objects.exists()
    assert not MailAccount.objects.exists()
    assert not Event.objects.filter(kind="messages written").exists()


def test_a_changed_password_is_told_in_the_language_of_its_owner(signed_in, ana, peer, run_jobs):
    User.objects.filter(pk=ana.pk).update(language="de")
    client = signed_in(ana)
    said = {"oldpassword": "a long enough password", "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), said).status_code == 302
    run_jobs()
    text = words_of(peer.envelopes[0])
    assert "Passwort" in text
    assert "127.0.0.1" in text
