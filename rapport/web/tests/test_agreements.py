"""Boxes of a form that are bound to purposes: a tick is a word in the ledger with its proof, an empty box says nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.consent.declare_purpose import Wish, change
from rapport.consent.ledger import Consent, Said
from rapport.consent.models import Message
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.say import Word, say
from rapport.timeline.models import Interaction
from rapport.ui import callers
from rapport.web import ask
from rapport.web.agreements import Box, bind, boxes_of, outdated
from rapport.web.models import Site, Submission, WebForm

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
ORIGIN = "https://www.aurora.example"
MARTA = "marta@x.example"


@pytest.fixture
def form(boss, monkeypatch):
    callers.BUCKETS.empty()
    monkeypatch.setattr(ask, "QUICKEST", -1)
    site = Site.objects.create(name="Aurora", origins=[ORIGIN])
    asked = {"name": False, "email": True, "phone": False}
    return WebForm.objects.create(site=site, title="Stay in touch", asked=asked, owner=boss)


def box(code="newsletter", channel="email", *, confirmed=False):
    purpose = Purpose.objects.get(code=code)
    Purpose.objects.filter(pk=purpose.pk).update(confirmed=confirmed)
    purpose.refresh_from_db()
    text = f"Yes, send me the {code}."
    wording, _new = Wording.objects.get_or_create(purpose=purpose, version=1, defaults={"text": text})
    return Box(wording, channel)


@pytest.fixture
def send(client, form):
    def post(*ticked, **said):
        given = {"email": MARTA, "token": ask.new_token(form), **{one.name: "on" for one in ticked}, **said}
        sent = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/contact?utm=secret"}
        address = reverse("web:form", args=[form.key])
        return client.post(address, given, headers=sent, REMOTE_ADDR="203.0.113.77")

    return post


def test_a_tick_is_a_yes_with_the_words_that_were_shown_and_its_proof(send, form):
    news = box()
    bind(form, [news])
    assert send(news).status_code == 200
    word = Consent.objects.get()
    assert (word.said, word.value, word.channel, word.source) == (Said.GRANTED, MARTA, "email", "web form")
    assert word.wording == news.wording
    for part in ("Stay in touch", f"{ORIGIN}/contact", "203.0.113.0/24", f"submission {Submission.objects.get().pk}"):
        assert part in word.evidence
    assert "203.0.113.77" not in word.evidence
    assert "secret" not in word.evidence
    assert "Yes, send me" not in Interaction.objects.get().text
    assert Submission.objects.get().consent["agreed"] == [{"purpose": "newsletter", "channel": "email", "version": 1}]


def test_an_empty_box_says_nothing(send, form):
    bind(form, [box(), box("offers")])
    assert send(box("offers")).status_code == 200
    assert Consent.objects.get().purpose.code == "offers"


def test_where_the_purpose_wants_it_its_owner_is_asked_first(send, form, run_jobs):
    news = box(confirmed=True)
    bind(form, [news])
    send(news)
    run_jobs()
    assert Consent.objects.get().said == Said.ASKED
    asked = Message.objects.get()
    assert asked.to == [MARTA]
    assert news.wording.text in asked.text


@pytest.mark.parametrize("no", [Said.DENIED, Said.WITHDRAWN])
def test_a_strangers_tick_overrules_no_no(send, form, no):
    news = box()
    bind(form, [news])
    say(Word(news.wording.purpose, MARTA, no), by=None, at=timezone.now())
    send(news)
    assert Consent.objects.order_by("pk").last().said == Said.ASKED


def test_a_yes_that_is_there_needs_no_second(send, form):
    news = box()
    bind(form, [news])
    send(news)
    send(news)
    assert Consent.objects.count() == 1
    assert Submission.objects.count() == 2


def test_what_a_machine_filled_in_agrees_to_nothing(send, form):
    news = box()
    bind(form, [news])
    send(news, homepage2="https://spam.example")
    assert Submission.objects.get().state == "spam"
    assert not Consent.objects.exists()


def test_a_number_is_agreed_to_for_texts_and_must_be_readable(send, form):
    texts = box(channel="sms")
    bind(form, [texts])
    assert "Give your phone number" in send(texts).content.decode()
    assert "country code" in send(texts, phone="12").content.decode()
    assert not Submission.objects.exists()
    assert send(texts, phone="+351 912 345 678").status_code == 200
    assert (Consent.objects.get().channel, Consent.objects.get().key) == ("sms", "+351912345678")


def test_words_that_changed_since_the_form_was_shown_are_shown_before_anybody_agrees(send, form, boss):
    old = box()
    bind(form, [old])
    change(old.wording.purpose, wish(old.wording.purpose, "Other words."), by=boss, at=timezone.now())
    assert outdated(form) == [old]
    bind(form, [Box(Wording.objects.get(version=2), "email")])
    assert outdated(form) == []
    page = send(old).content.decode()
    assert "Other words." in page
    assert MARTA in page
    assert not Submission.objects.exists()


def wish(purpose, words):
    return Wish("", "", purpose.basis, advertising=purpose.advertising, wording=words)


def test_who_makes_the_form_binds_boxes_in_their_newest_words(signed_in, boss, form):
    news, texts = box(), box(channel="sms")
    address = reverse("web:manage", args=[form.pk])
    sent = {"title": "Ask", "language": "en", "owner": boss.pk, "ask-email": "required", "agreements": [news.choice]}
    answer = signed_in(boss).post(address, sent | {"agreements": [texts.choice]})
    assert "needs a field that asks for it" in answer.content.decode()
    assert signed_in(boss).post(address, sent).status_code == 302
    assert boxes_of(form) == [news]
    change(news.wording.purpose, wish(news.wording.purpose, "Other words."), by=boss, at=timezone.now())
    assert "The form shows earlier words" in signed_in(boss).get(address).content.decode()
    signed_in(boss).post(address, sent)
    assert boxes_of(form)[0].wording.version == 2


def test_a_purpose_that_ended_is_asked_for_no_more(client, form):
    news = box()
    bind(form, [news])
    page = client.get(reverse("web:form", args=[form.key])).content.decode()
    assert news.wording.text in page
    Purpose.objects.filter(pk=news.wording.purpose_id).update(retired_at=timezone.now())
    assert news.wording.text not in client.get(reverse("web:form", args=[form.key])).content.decode()
