"""Mail files on their way in: what becomes of every message, once, also after a crash and from several files."""

import zipfile

import pytest
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.mail import run as running
from rapport.mail.intake import Strangers
from rapport.mail.models import LedgerLine, Mail, MailFile, State, Thread
from rapport.mail.run import COUNTS, run
from rapport.mail.start import brought, start
from rapport.mail.tests.letters import letter, mbox
from rapport.people.own import say_own
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]


@pytest.fixture
def take(tmp_path, settings, ana):
    """Take bytes in as a file of that name; the file as it is then."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()

    def taken(content, name="inbox.mbox", strangers=Strangers.FOUND):
        path = tmp_path / name
        path.write_bytes(content)
        mail_file = start(brought(path, name, strangers, by=ana, at=timezone.now()), at=timezone.now(), defer=False)
        return run(mail_file.pk)

    return taken


def counted(mail_file):
    assert sum(getattr(mail_file, name) for name in COUNTS) == mail_file.messages == mail_file.lines.count()
    return {name: number for name in COUNTS if (number := getattr(mail_file, name))}


@pytest.mark.req("K2")
def test_one_message_lands_on_the_timeline_of_whoever_wrote_it(take):
    text = "Is it ready?\n\nBest regards,\nMarta Leal\n\nOn Mon, 2 Mar 2026, Ana wrote:\n> We are on it.\n"
    done = take(bytes(letter(1, text=text, cc="x@y.example", files={"plan.pdf": b"%PDF"})), "one.eml")
    assert (done.state, counted(done)) == (State.DONE, {"taken": 1})
    interaction = Interaction.objects.get()
    assert (interaction.channel, interaction.direction, interaction.text) == ("email", "inbound", "Is it ready?")
    assert "We are on it." in interaction.mail.whole
    assert interaction.mail.attachments.get().file.path.read_bytes() == b"%PDF"
    assert Customer.objects.get().name == "Marta Leal"
    line = done.lines.get()
    assert (line.message_id, line.outcome, line.interaction) == ("1@mail.example", "taken", interaction)


def test_the_direction_is_told_by_who_is_ours(take):
    say_own(["aurora.example"])
    done = take(mbox(letter(1), letter(2, to="joao@porto.example"), letter(3, sender="joao@porto.example")))
    assert counted(done) == {"taken": 2, "own": 1}
    assert [one.direction for one in Interaction.objects.order_by("pk")] == ["outbound", "inbound"]
    assert Customer.objects.get().name == "joao@porto.example"


def test_a_colleague_and_a_stranger_in_copy_take_part_and_become_nobodys_customer(take):
    done = take(mbox(letter(1, headers={"Cc": "mia@rapport.example, Jo <jo@else.example>"})))
    assert counted(done) == {"taken": 1}
    seats = Interaction.objects.get().participations.order_by("pk").values_list("role", "clue_value", "member")
    assert [(role, value, bool(member)) for role, value, member in seats] == [
        ("from", "marta@aurora.example", True),
        ("cc", "mia@rapport.example", False),
        ("cc", "jo@else.example", False),
        ("to", "ana@rapport.example", False),
    ]


def test_the_same_mailbox_twice_and_the_same_mail_in_another_one_are_once(take):
    take(mbox(letter(1), letter(2)))
    again = take(mbox(letter(1), letter(2)))
    assert counted(again) == {"duplicate": 2}
    other = take(mbox(letter(2, headers={"X-Folder": "sent"}), letter(3), letter(3)), "other.mbox")
    assert counted(other) == {"duplicate": 2, "taken": 1}
    assert Interaction.objects.count() == 3
    assert {line.interaction_id for line in other.lines.all()} <= {one.pk for one in Interaction.objects.all()}
    assert Interaction.objects.filter(version__gt=1).count() == 0


def test_a_message_id_used_again_keeps_no_mail_out(take):
    first, forged = letter(1), letter(1, sender="eve@else.example", text="Something else")
    done = take(mbox(forged, first))
    assert counted(done) == {"taken": 2}
    assert counted(take(mbox(first, forged), "again.mbox")) == {"duplicate": 2}


def test_mail_without_an_id_is_told_apart_by_what_it_says(take):
    one, two = letter(1), letter(2)
    del one["Message-ID"], two["Message-ID"]
    assert counted(take(mbox(one, two, one))) == {"taken": 2, "duplicate": 1}


def test_machines_and_strangers_stay_out_and_the_ledger_says_why(take):
    away = letter(1, headers={"Auto-Submitted": "auto-replied"})
    news = letter(2, headers={"List-Id": "<news.example>"})
    junk = letter(3, headers={"X-Spam-Flag": "YES"})
    done = take(mbox(away, news, junk, letter(4)), strangers=Strangers.LEAVE)
    assert counted(done) == {"automatic": 3, "stranger": 1}
    assert list(done.lines.order_by("number").values_list("reason", flat=True)) == ["auto-reply", "bulk", "spam", ""]
    assert not Customer.objects.exists()


def test_mail_of_a_desk_waits_for_somebody_who_knows(take):
    done = take(mbox(letter(1, sender="info@aurora.example")))
    assert counted(done) == {"unassigned": 1}
    assert Interaction.objects.get().unassigned


def test_what_can_not_be_read_is_refused_with_the_reason_and_the_rest_goes_on(take):
    timeless = letter(2)
    timeless.replace_header("Date", "Thu, 1 Jan 2099 00:00:00 +0000")
    nobody = letter(3)
    del nobody["From"]
    done = take(mbox(letter(1), timeless, nobody, letter(4)))
    assert counted(done) == {"taken": 2, "refused": 2}
    assert list(done.lines.filter(outcome="refused").order_by("number").values_list("reason", flat=True)) == [
        "date",
        "sender",
    ]


def test_a_zip_holds_messages_and_mailboxes(take, tmp_path):
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as box:
        box.writestr("a/one.eml", bytes(letter(1)))
        box.writestr("b/box.mbox", mbox(letter(2), letter(3)))
        box.writestr("c/readme.txt", "nothing")
        box.writestr("__MACOSX/._one.eml", "nothing")
    done = take((tmp_path / "box.zip").read_bytes(), "box.zip")
    assert counted(done) == {"taken": 3, "refused": 1}


def test_a_file_that_was_cut_short_goes_on_behind_its_last_batch(take, monkeypatch, tmp_path):
    monkeypatch.setattr(running, "BATCH", 3)
    content = mbox(*(letter(number, hours=number) for number in range(10)))
    whole, calls = running.take, []

    def dying(found, mail_file, *, at):
        calls.append([one.number for one in found])
        if len(calls) == 3:
            whole(found, mail_file, at=at)
            raise KeyboardInterrupt
        return whole(found, mail_file, at=at)

    monkeypatch.setattr(running, "take", dying)
    with pytest.raises(KeyboardInterrupt):
        take(content)
    assert (MailFile.objects.get().messages, Interaction.objects.count()) == (6, 6)
    done = take(content)
    assert calls[3:] == [[7, 8, 9], [10]]
    assert (MailFile.objects.count(), counted(done)) == (1, {"taken": 10})


def test_a_zip_goes_on_in_the_middle_of_a_mailbox_inside(take, monkeypatch, tmp_path):
    monkeypatch.setattr(running, "BATCH", 2)
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as box:
        box.writestr("a.eml", bytes(letter(0)))
        box.writestr("b.mbox", mbox(*(letter(number) for number in range(1, 6))))
        box.writestr("c.eml", bytes(letter(6)))
    path = tmp_path / "box.zip"
    mail_file = start(brought(path, "z", Strangers.FOUND, by=None, at=timezone.now()), at=timezone.now(), defer=False)
    while run(mail_file.pk, spell=1e-9).state == State.RUNNING:
        pass
    assert counted(MailFile.objects.get()) == {"taken": 7}


def test_a_stopped_file_stays_where_it_is(take, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    stop = MailFile.objects.filter
    whole = running.take

    def stopping(found, mail_file, *, at):
        stop(pk=mail_file.pk).update(state=State.STOPPED)
        return whole(found, mail_file, at=at)

    monkeypatch.setattr(running, "take", stopping)
    done = take(mbox(letter(1), letter(2), letter(3)))
    assert (done.state, done.messages) == (State.STOPPED, 1)


def test_answers_make_threads_whichever_comes_first(take):
    question, answer = letter(1, hours=0), letter(2, hours=1, headers={"In-Reply-To": "<1@mail.example>"})
    later = letter(3, hours=2, headers={"References": "<1@mail.example> <2@mail.example>"})
    take(mbox(later), "a.mbox")
    take(mbox(letter(9, subject="Other")), "b.mbox")
    take(mbox(answer, question), "c.mbox")
    threads = {mail.message_id.partition("@")[0]: mail.thread_id for mail in Mail.objects.all()}
    assert threads["1"] == threads["2"] == threads["3"] != threads["9"]


def test_two_threads_that_turn_out_to_be_one_are_joined(take):
    take(mbox(letter(1)), "a.mbox")
    take(mbox(letter(2, subject="Else")), "b.mbox")
    take(mbox(letter(3, subject="Both", headers={"References": "<1@mail.example> <2@mail.example>"})), "c.mbox")
    assert Thread.objects.count() == 1
    assert Mail.objects.filter(thread=Thread.objects.get()).count() == 3


def test_without_references_subject_people_and_time_make_a_thread(take):
    say_own(["rapport.example"])
    answer = letter(2, sender="ana@rapport.example", to="marta@aurora.example", subject="AW: Question 1", hours=5)
    stranger = letter(3, sender="jo@else.example", subject="Re: Question 1", hours=6)
    late = letter(4, subject="Re: Question 1", hours=24 * 90)
    fresh = letter(5, subject="Question 1", hours=7)
    take(mbox(letter(1), answer, stranger, late, fresh))
    threads = {mail.message_id.partition("@")[0]: mail.thread_id for mail in Mail.objects.all()}
    assert threads["1"] == threads["2"]
    assert len({threads[one] for one in "1345"}) == 4


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_same_subject_twice_is_no_conversation_and_a_question_may_come_after_its_answer(newest_first, take):
    say_own(["rapport.example"])
    reports = [letter(number, subject="Weekly report", hours=24 * 7 * number) for number in (1, 2, 3)]
    question = letter(4, subject="The plan", hours=1)
    answer = letter(5, sender="ana@rapport.example", to="marta@aurora.example", subject="Re: The plan", hours=2)
    letters = [*reports, question, answer]
    for one in reversed(letters) if newest_first else letters:
        take(mbox(one))
    threads = {mail.message_id.partition("@")[0]: mail.thread_id for mail in Mail.objects.all()}
    assert threads["4"] == threads["5"]
    assert len({threads[one] for one in "1234"}) == 4


def test_a_form_on_our_site_writes_for_whoever_shall_be_answered(take):
    form = letter(1, sender="web@rapport.example", headers={"Reply-To": "Jo <jo@else.example>"})
    say_own(["rapport.example"])
    assert counted(take(mbox(form))) == {"taken": 1}
    assert (Interaction.objects.get().direction, Customer.objects.get().name) == ("inbound", "Jo")


def test_nobody_becomes_one_of_us_by_saying_so(take):
    forged = letter(1)
    del forged["From"]
    content = b"From: ana@rapport.example, eve@else.example\r\n" + bytes(forged)
    assert counted(take(content, "one.eml")) == {"taken": 1}
    one = Interaction.objects.get()
    assert (one.direction, one.mail.doubts) == ("inbound", ["senders"])


def test_the_ledger_is_searched_by_id_address_domain_and_words(take):
    done = take(mbox(letter(1, subject="Spring offer"), letter(2, sender="joao@porto.example")))
    found = {
        words: sorted(LedgerLine.objects.about(words, by_address=True).values_list("number", flat=True))
        for words in ("<1@mail.example>", "JOAO@porto.example", "porto.example", "spring", "winter", "offer spring")
    }
    assert list(found.values()) == [[1], [2], [2], [1], [], [1]]
    assert done.lines.count() == 2
