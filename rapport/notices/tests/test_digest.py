"""The digest: at the reader's hour, once, through the gate, and only what the reader may see then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.channels.models import MailAccount
from rapport.consent.gate import send
from rapport.consent.models import Message, State
from rapport.consent.object import object_to
from rapport.consent.tests.peer import account_for, serving
from rapport.customers.edit import edit
from rapport.notices.choose import Rhythm, choose, next_after
from rapport.notices.models import Digest
from rapport.notices.send_digests import send_digests
from rapport.notices.tests.cast import customer, write
from rapport.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return MailAccount.objects.create(name="Desk", address="desk@ours.example", smtp_host="127.0.0.1", smtp_port=9)


@pytest.fixture
def told(ana, mia, run_jobs):
    """Ana was mentioned, and wants a digest each day."""
    aurora = customer()
    write(aurora, "@Ana Klein the secret plan", by=mia)
    run_jobs()
    choose({}, Rhythm(Digest.Every.DAY, 8), by=ana, at=timezone.now())
    return aurora


def due(user):
    return Digest.objects.get(user=user).next_at


def test_the_hour_is_one_of_the_readers_clock_and_the_day_one_of_the_week(ana):
    ana.time_zone = "Pacific/Auckland"
    thursday = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    assert next_after(Rhythm("day", 8), ana, thursday) == datetime(2026, 3, 5, 19, 0, tzinfo=UTC)
    assert next_after(Rhythm("week", 8, 0), ana, thursday) == datetime(2026, 3, 8, 19, 0, tzinfo=UTC)


def test_it_is_written_once_for_its_moment_and_says_no_words_of_others(ana, desk, told):
    at = due(ana)
    send_digests(at=at - timedelta(minutes=1))
    assert not Message.objects.exists()
    send_digests(at=at)
    send_digests(at=at)
    letter = Message.objects.get()
    assert (letter.to, letter.reader, letter.member, letter.account) == ([ana.email], ana, None, desk)
    assert "Mia Lopes mentions you at Aurora" in letter.text
    assert "secret" not in letter.text
    assert due(ana) == at + timedelta(days=1)
    send_digests(at=at + timedelta(days=1))
    assert Message.objects.count() == 1


def test_what_one_may_no_longer_see_is_not_in_it(nils, ana, desk, run_jobs):
    aurora = customer()
    write(aurora, "@Nils Berg look", by=ana)
    run_jobs()
    choose({}, Rhythm(Digest.Every.DAY, 8), by=nils, at=timezone.now())
    edit(aurora, {"team": "Iberia"}, by=None, at=timezone.now())
    send_digests(at=due(nils))
    assert not Message.objects.exists()


def test_without_an_account_that_can_send_none_leaves_and_the_page_says_so(ana, told, signed_in):
    send_digests(at=due(ana))
    assert not Message.objects.exists()
    assert "no digest leaves" in signed_in(ana).get("/profile/notices/").text


def test_the_gate_sends_it_to_nobody_but_the_colleague_who_still_works_here(ana, told):
    with serving() as peer:
        account_for(None, peer.port, name="Desk", address="desk@ours.example")
        send_digests(at=due(ana))
        letter = Message.objects.get()
        for spoil in ({"is_active": False}, {"email": "elsewhere@x.example"}):
            kept = {name: getattr(ana, name) for name in spoil}
            User.objects.filter(pk=ana.pk).update(**spoil)
            assert outcome(letter) == (State.REFUSED, "no reader")
            User.objects.filter(pk=ana.pk).update(**kept)
        assert peer.envelopes == []
        assert outcome(letter)[0] == State.SENT
        assert peer.envelopes[0].rcpt_tos == [ana.email]
        object_to(ana.email, evidence="said so", by=None, at=timezone.now())
        assert outcome(letter)[0] == State.REFUSED


def outcome(letter):
    """What becomes of the letter when it waits and is due."""
    Message.objects.filter(pk=letter.pk).update(state=State.WAITING)
    sent = send(letter.pk, at=letter.due_at)
    return sent.state, sent.reason


def test_a_colleagues_digest_is_theirs_alone(ana, boss, desk, told):
    send_digests(at=due(ana))
    assert not Message.objects.visible_to(boss).exists()
    assert Message.objects.visible_to(ana).exists()


def test_it_is_chosen_and_looked_at_in_the_browser(ana, told, signed_in):
    browser = signed_in(ana)
    form = {"every": "week", "weekday": "4", "hour": "17", "heard": "off"}
    form |= dict.fromkeys(
        ("mention", "task", "lead", "handover", "reminder", "finished", "done", "seen", "rule", "changed"), "page"
    )
    assert browser.post("/profile/notices/", form).headers["Location"] == "/profile/notices/"
    kept = Digest.objects.get()
    assert (kept.every, kept.weekday, kept.hour) == ("week", 4, 17)
    assert "Mia Lopes mentions you at Aurora" in browser.get("/profile/notices/preview/").text
    assert browser.post("/profile/notices/", {**form, "hour": "25"}).status_code == 422
