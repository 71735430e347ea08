"""The last contact in a sentence reads well whatever happened last, and whatever did not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.profile.last_word import OTHERWISE, SENTENCES, Contact, Open, last_word
from rapport.timeline.models import ChannelChoice

NOW = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
MAIL = Contact("email", "outbound", "mail", "Renewal options", NOW.replace(hour=9, minute=12), "Ana Klein")
NOTHING = Open(0)
CALL = Contact("phone", "inbound", "call", "invoice 4711", NOW - timedelta(days=1))


def said(*contacts, opened=NOTHING):
    return str(last_word("Marta", contacts or (None, None), opened, now=NOW))


@pytest.fixture(autouse=True)
def in_utc():
    with timezone.override("UTC"):
        yield


@pytest.mark.req("K2")
def test_both_ways_and_what_is_open_are_one_sentence_after_the_other():
    due = Open(2, "Settle invoice 4711", NOW.replace(hour=16))
    assert said(MAIL, CALL, opened=due) == (
        "We e-mailed “Renewal options” today at 09:12 (Ana Klein). "
        "Marta called yesterday at 14:00 about “invoice 4711”. 2 tasks are open, the next due today at 16:00."
    )


def test_the_newest_comes_first_whoever_it_is_from():
    newer = Contact("phone", "inbound", "call", "", NOW - timedelta(minutes=5))
    assert said(MAIL, newer).startswith("Marta called today at 13:55. We e-mailed")


def test_nothing_yet_is_said_too():
    assert said() == "There was no contact with Marta yet."
    assert said(opened=Open(1, "Introduce ourselves")) == (
        "There was no contact with Marta yet. One task is open: “Introduce ourselves”."
    )


def test_one_way_only_is_one_sentence():
    assert said(None, CALL) == "Marta called yesterday at 14:00 about “invoice 4711”."


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (0, "today at 14:00"),
        (1, "yesterday at 14:00"),
        (3, "on Sunday"),
        (40, "on 9 October"),
        (400, "on 14 October 2025"),
    ],
)
def test_days_are_called_as_people_call_them(ago, words):
    call = Contact("phone", "outbound", "call", "", NOW - timedelta(days=ago))
    assert said(call, None) == f"We called {words}."


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (NOW - timedelta(hours=1), "overdue since today at 13:00."),
        (NOW.replace(hour=0), "due today."),
        (NOW.replace(hour=0) - timedelta(days=1), "overdue since yesterday."),
        (NOW.replace(hour=0) + timedelta(days=1), "due tomorrow."),
        (NOW.replace(hour=0) + timedelta(days=3), "due on Saturday."),
    ],
)
def test_a_task_says_when_it_is_due_or_how_late_it_is(due, words):
    word = last_word("Marta", (None, None), Open(1, "Call back", due), now=NOW)
    assert (word.tasks, word.due) == ("One task is open: “Call back”,", words)
    assert word.late is words.startswith("overdue")


@pytest.mark.parametrize("channel", ChannelChoice.values)
@pytest.mark.parametrize("direction", ["inbound", "outbound"])
@pytest.mark.parametrize("subject", ["", "Renewal"])
def test_every_channel_has_its_sentence(channel, direction, subject):
    text = said(Contact(channel, direction, "mail", subject, NOW), None)
    assert text.endswith(".")
    assert "%" not in text
    assert (subject in text) if subject else ("“" not in text)


def test_an_order_is_an_order_wherever_it_was_placed():
    assert (
        said(None, Contact("store", "inbound", "order", "12 seats", NOW)) == "Marta ordered “12 seats” today at 14:00."
    )


def test_no_sentence_names_what_it_does_not_get():
    words = {"who": "Marta", "when": "today", "what": "Renewal"}
    for plain, about in [*SENTENCES.values(), *OTHERWISE.values()]:
        assert str(about) % words
        assert "%(what)s" not in str(plain)
