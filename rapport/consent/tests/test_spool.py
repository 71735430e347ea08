"""Text messages and letters lie in the spool until a driver fetches them; the gate decides first, and nothing lies twice."""

import json
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.consent.gate import collect, send, sweep
from rapport.consent.ledger import Said
from rapport.consent.models import Cause, Message, State
from rapport.consent.object import object_to
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.settle import send_again
from rapport.consent.tests.peer import customer_at
from rapport.consent.ways import Way
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.customers.models import Identifier
from rapport.lib.identifiers import normalise

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
NUMBER = "+351912345678"
ADDRESS = "Ann Lee\nRua Nova 7\n4000-001 Porto"


@pytest.fixture
def spool(settings, tmp_path):
    settings.HOME, settings.DRIVERS = tmp_path, ["sms", "post"]
    return tmp_path / "spool"


@pytest.fixture
def ann(ana):
    found = customer_at()
    proof = normalise("phone", NUMBER)
    Identifier.objects.create(member=main_member(found), kind="phone", key=proof.key, value=proof.value)
    return found


@pytest.fixture
def written(ann, ana, spool):
    numbers = count()

    def make(channel="sms", to="", purpose="correspondence", **named):
        now = timezone.now()
        given = {"html": "<p>Dear Ann</p>"} if channel == "post" else {}
        address = to or (NUMBER if channel == "sms" else ADDRESS)
        draft = Draft((address,), "Spring", "Dear Ann & co.", purpose=purpose, channel=channel, **given, **named)
        return write(draft, None, key=str(next(numbers)), member=main_member(ann), by=ana, due_at=now, at=now)

    return make


def gone(message):
    return send(message.pk, at=timezone.now())


def lying(spool, channel="sms"):
    return sorted(one.name.partition(".")[2] for one in (spool / channel).iterdir() if one.is_file())


def driver(spool, to, channel="sms", reason=""):
    """What a driver does: fetch each message, send it, move it."""
    for path in list((spool / channel).glob("*.json")):
        if reason:
            (spool / channel / to / path.name).with_suffix(".reason").write_text(reason)
        for other in (spool / channel).glob(f"{path.stem}.*"):
            other.rename(spool / channel / to / other.name)


def test_a_text_message_lies_in_the_spool_and_stands_on_the_timeline_once_it_left(written, spool, run_jobs):
    message = gone(written())
    assert message.state == State.LAID
    (path,) = (spool / "sms").glob("*.json")
    told = json.loads(path.read_text())
    assert (told["to"], told["text"], told["id"]) == ([NUMBER], "Dear Ann & co.", message.message_id)
    assert collect(at=timezone.now()) == 0
    driver(spool, "sent")
    assert collect(at=timezone.now()) == 1
    assert Message.objects.get().state == State.SENT
    assert not list(spool.rglob("*.json")), "what was written to somebody lies about no longer than needed"
    run_jobs()
    kept = Message.objects.get().interaction
    assert (kept.channel, kept.direction, kept.text) == ("sms", "outbound", "Dear Ann & co.")


def test_a_letter_is_ready_to_print(written, spool):
    gone(written("post"))
    assert lying(spool, "post") == ["html", "json", "txt"]
    (page,) = (spool / "post").glob("*.html")
    assert "Rua Nova 7" in page.read_text()
    assert "<p>Dear Ann</p>" in page.read_text()


def test_what_a_driver_could_not_send_is_told_and_may_be_sent_again(written, spool, ana):
    message = gone(written())
    driver(spool, "failed", reason="no credit left")
    collect(at=timezone.now())
    message.refresh_from_db()
    assert (message.state, message.reason, message.said) == (State.FAILED, "driver", "no credit left")
    assert send_again(message, by=ana, at=timezone.now())
    assert gone(message).state == State.LAID
    assert lying(spool) == ["json"]


@pytest.mark.parametrize("place", ["", "sent"])
def test_after_a_crash_it_is_in_doubt_and_lies_there_once(written, spool, ana, place):
    message = gone(written())
    if place:
        driver(spool, place)
    Message.objects.update(state=State.SENDING, begun_at="2026-01-01T00:00Z")
    assert collect(at=timezone.now()) == 0
    sweep(at=timezone.now())
    assert Message.objects.get().state == State.DOUBT
    if place:
        assert collect(at=timezone.now()) == 1
        assert Message.objects.get().state == State.SENT
    else:
        send_again(message, by=ana, at=timezone.now())
        assert gone(message).state == State.LAID
        assert len(list(spool.rglob("*.json"))) == 1


def test_consent_objection_and_suppression_are_those_of_the_channel(written, ana, spool):
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    say(Word(offers, "ann.lee@x.example", Said.GRANTED), by=ana, at=now)
    assert gone(written(purpose="offers")).reason == "unknown"
    say(Word(offers, NUMBER, Said.GRANTED, channel="sms"), by=ana, at=now)
    assert gone(written(purpose="offers")).state == State.LAID
    (path,) = (spool / "sms").glob("*.json")
    assert "/my-mail/" in json.loads(path.read_text())["text"], "it can be ended"
    object_to(NUMBER, Cause.OBJECTED, evidence="called", by=ana, at=now, way=Way.PHONE)
    assert gone(written()).reason == Cause.OBJECTED
    assert gone(written("post")).state == State.LAID
    object_to(ADDRESS, Cause.OBJECTED, evidence="moved away", by=ana, at=now, way=Way.POST)
    assert gone(written("post")).reason == Cause.OBJECTED


def test_without_a_driver_nothing_leaves(written, settings):
    settings.DRIVERS = ["post"]
    message = gone(written())
    assert (message.state, message.reason) == (State.REFUSED, "no driver")


def test_files_that_nobody_here_wrote_are_left_alone(written, spool):
    gone(written())
    (spool / "sms/sent/stranger.json").write_text("{}")
    assert collect(at=timezone.now()) == 0
    assert (spool / "sms/sent/stranger.json").exists()


def test_who_writes_chooses_the_way(signed_in, boss, ann, spool):
    client = signed_in(boss)
    page = client.get(reverse("letters:compose", args=[ann.pk])).content.decode()
    assert reverse("letters:text", args=[ann.pk]) in page
    assert reverse("letters:post", args=[ann.pk]) not in page, "no address on paper is known"
    form = client.get(reverse("letters:text", args=[ann.pk]))
    key = form.context["form"]["key"].value()
    sent = {"key": key, "to": "+351 912 345 678", "text": "See you at ten, {{ name }}"}
    wrong = client.post(reverse("letters:text", args=[ann.pk]), sent | {"text": "x" * 1_000})
    assert "918 are possible" in wrong.content.decode()
    numbers = form.context["known"]
    assert client.post(reverse("letters:text", args=[ann.pk]), sent | {"to": numbers[0]}).status_code == 302
    message = Message.objects.get()
    assert (message.channel, message.to, message.text) == ("sms", numbers, "See you at ten, Ann Lee")
