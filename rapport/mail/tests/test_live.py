"""Mail from a real server: taken in once, whatever moves, vanishes, breaks off or is numbered anew."""

import itertools

import pytest

from rapport.channels.mail.imap import connected
from rapport.channels.mail.sign_in import credentials
from rapport.channels.mail.wire import ImapError
from rapport.mail.models import LedgerLine, Mail, MailFolder
from rapport.mail.sync import Reader
from rapport.mail.tests.letters import MORNING, letter
from rapport.mail.tests.live import mailbox_at, outcomes
from rapport.mail.visit import Visit, sync, visiting
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
numbers = itertools.count(1)


@pytest.fixture
def address():
    """A mailbox of its own for each test: the server stays."""
    return f"ana{next(numbers)}@aurora.example"


def mail(number, address, **more):
    return bytes(letter(number, sender=more.pop("sender", "Marta Leal <marta@x.example>"), to=address, **more))


def test_what_lies_in_a_mailbox_comes_in_with_its_direction_and_threads(dovecot, address):
    dovecot.put(address, mail(1, address), mail(2, address))
    answer = letter(3, sender=address, to="marta@x.example", headers={"In-Reply-To": "<1@mail.example>"})
    dovecot.put(address, bytes(answer), folder="Sent")
    dovecot.put(address, mail(4, address), folder="Junk")
    dovecot.put(address, mail(5, address), folder="Projects/Täler")
    mailbox = sync(mailbox_at(dovecot.port, address))
    assert not mailbox.trouble
    assert outcomes(mailbox) == {
        "INBOX": [("Question 1", "taken"), ("Question 2", "taken")],
        "Sent": [("Question 3", "taken")],
        "Projects/Täler": [("Question 5", "taken")],
    }
    assert Interaction.objects.get(subject="Question 3").direction == "outbound"
    by_id = dict(Mail.objects.values_list("message_id", "thread_id"))
    assert by_id["1@mail.example"] == by_id["3@mail.example"] != by_id["2@mail.example"]


def test_a_second_visit_takes_only_what_is_new(dovecot, address):
    dovecot.put(address, mail(1, address))
    mailbox = sync(mailbox_at(dovecot.port, address))
    dovecot.put(address, mail(2, address))
    sync(mailbox)
    assert outcomes(mailbox) == {"INBOX": [("Question 1", "taken"), ("Question 2", "taken")]}
    assert MailFolder.objects.get(name="INBOX").messages == 2


def test_a_moved_message_is_not_doubled_and_a_deleted_one_stays_on_the_timeline(dovecot, address):
    dovecot.put(address, mail(1, address), mail(2, address), mail(3, address))
    mailbox = sync(mailbox_at(dovecot.port, address))
    dovecot.move(address, 1, to="Done")
    dovecot.delete(address, 2)
    sync(mailbox)
    assert outcomes(mailbox)["Done"] == [("Question 1", "duplicate")]
    gone = LedgerLine.objects.filter(folder__name="INBOX").exclude(gone_at=None).order_by("number")
    assert [line.subject for line in gone] == ["Question 1", "Question 2"]
    assert Interaction.objects.count() == 3


def test_a_folder_that_is_numbered_anew_doubles_nothing(dovecot, address):
    dovecot.put(address, mail(1, address), mail(2, address))
    mailbox = sync(mailbox_at(dovecot.port, address))
    before = MailFolder.objects.get(name="INBOX").uid_validity
    dovecot.renumber(address)
    sync(mailbox)
    folder = MailFolder.objects.get(name="INBOX")
    assert folder.uid_validity != before
    assert (folder.taken, folder.duplicate) == (2, 2)
    assert Interaction.objects.count() == 2


def test_new_mail_does_not_wait_behind_what_lies_further_back(dovecot, address, monkeypatch):
    monkeypatch.setattr("rapport.mail.fetch.BATCH", 10)
    dovecot.put(address, *(mail(number, address, text="old") for number in range(1, 41)))
    mailbox = mailbox_at(dovecot.port, address)
    reader = Reader()
    with connected(mailbox.account, credentials(mailbox.account, at=MORNING)) as imap:
        visit = Visit(mailbox, imap, reader)
        visit.look(check=False)
        folder = next(one for one in visit.folders if one.use == "inbox")
        assert reader.further_back(imap, folder)
        assert MailFolder.objects.get(pk=folder.pk).below == 31
        dovecot.put(address, mail(99, address))
        visit.arrivals()
    assert Interaction.objects.filter(subject="Question 99").exists()
    sync(mailbox)
    folder.refresh_from_db()
    assert (folder.messages, folder.below, folder.exists) == (41, None, 41)
    assert Interaction.objects.count() == 41


def test_what_is_older_than_wanted_stays_out_and_is_counted(dovecot, address):
    dovecot.put(address, mail(1, address))
    line = dovecot.sign_in(address)
    line.append("INBOX", None, '"01-Jan-2020 10:00:00 +0000"', mail(2, address))
    mailbox = sync(mailbox_at(dovecot.port, address, since=MORNING.date().replace(year=2024)), check=True)
    assert outcomes(mailbox) == {"INBOX": [("Question 1", "taken")]}
    folder = MailFolder.objects.get(name="INBOX")
    assert (folder.exists, folder.older) == (2, 1)


def test_a_message_that_was_lost_is_found_by_comparing(dovecot, address):
    dovecot.put(address, mail(1, address), mail(2, address))
    mailbox = sync(mailbox_at(dovecot.port, address))
    MailFolder.objects.filter(name="INBOX").update(taken=1, messages=1)
    LedgerLine.objects.filter(subject="Question 1").delete()
    sync(mailbox, check=True)
    assert outcomes(mailbox)["INBOX"] == [("Question 1", "duplicate"), ("Question 2", "taken")]


def test_a_wrong_password_is_told_and_tried_again_later(dovecot, address):
    mailbox = mailbox_at(dovecot.port, address)
    mailbox.account.secrets = {"password": "wrong"}
    mailbox.account.save()
    sync(mailbox)
    assert mailbox.trouble == "sign-in"
    assert mailbox.failing_since
    assert mailbox.next_try_at > mailbox.failing_since
    with pytest.raises(ImapError), visiting(mailbox, Reader()):
        pass
    assert mailbox.tries == 2
