"""A private mail through every address: whoever is not in its circle meets its words nowhere, whatever they ask."""

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from rapport.journal.models import Event, Fact
from rapport.mail.models import Attachment, Mail
from rapport.search.read_texts import read_texts
from rapport.timeline.models import Circle, Interaction
from rapport.webhooks.models import Delivery
from rapport.webhooks.subscribe import Wanted, subscribe
from rapport.webhooks.tell import tell
from tests.house.test_access import ADDRESSES, browser
from tests.house.world import OWN, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
SUBJECT, WORDS, QUOTED, FILE = "zirkonsubject", "zirkontext", "zirkonquote", "zirkonfile"
SECRETS = (SUBJECT, WORDS, QUOTED, FILE)
QUESTIONS = ("/search/?q={}", "/customers/?q={}", "/mail/ledger/?about={}", "/unassigned/?q={}")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The agent's private mail to the one customer of their team, whom everybody of the team sees."""
    folder = tmp_path_factory.mktemp("private")
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(folder)
        place = built.places[OWN]
        circle = Circle.objects.create(kind="owner", keeper=built.users["agent"])
        Interaction.objects.filter(pk=place.interaction.pk).update(subject=SUBJECT, text=WORDS, circles=[circle.pk])
        Mail.objects.filter(pk=place.interaction.pk).update(whole=QUOTED, html=f"<p>{QUOTED}</p>")
        Attachment.objects.filter(mail=place.interaction.pk).update(name=f"{FILE}.pdf")
        read_texts([place.interaction.pk])
        yield built
        transaction.set_rollback(True)


def said(response: HttpResponse) -> str:
    if not response.streaming:
        return response.content.decode(errors="replace")
    pieces = async_to_sync(gathered)(response) if response.is_async else list(response.streaming_content)
    return b"".join(pieces).decode(errors="replace")


async def gathered(response: HttpResponse) -> list[bytes]:
    return [piece async for piece in response.streaming_content]


@pytest.mark.parametrize("user", ["reader", "manager", "administrator"])
def test_nobody_outside_its_circle_meets_a_word_of_it(user, world, tmp_path, settings):
    settings.HOME, settings.API_REQUESTS_A_MINUTE = tmp_path, 1_000_000
    page, program = (browser(one, world, user) for one in (ADDRESSES[0], next(one for one in ADDRESSES if one.is_api)))
    addresses = [one for one in ADDRESSES if one.method == "GET" and one.name not in {"live", "health"}]
    asked = [(program if one.is_api else page, one.filled(world, OWN, user)) for one in addresses]
    for word in (SUBJECT, WORDS, FILE):
        asked += [(page, question.format(word)) for question in QUESTIONS]
        asked.append((program, f"/api/v1/search?q={word}"))
    leaks = []
    for client, path in asked:
        text = said(client.get(path))
        # What was asked stands on the page again.
        leaks += [(path, secret) for secret in SECRETS if secret in text and secret not in path]
        if path.startswith("/search/?q="):
            leaks += [(path, "found")] if f"/customers/{world.places[OWN].customer.pk}/" in text else []
    assert leaks == []


def test_whoever_is_in_the_circle_meets_them(world):
    """So that the walk above walks past something."""
    path = f"/interactions/{world.places[OWN].interaction.pk}/text/"
    client = Client()
    client.force_login(world.users["agent"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert WORDS in said(client.get(path))


def test_a_webhook_tells_nothing_of_it_to_its_owner_outside_the_circle(world):
    at, boss = timezone.now(), world.users["administrator"]
    subscribe(Wanted("All", "https://hook.example/", [Fact.INTERACTIONS_RECEIVED.value]), by=boss, at=at)
    event = Event.objects.create(kind=Fact.INTERACTIONS_RECEIVED, subject_ids=[world.places[OWN].interaction.pk], at=at)
    tell(event, at=at)
    assert not Delivery.objects.filter(event_id=event.pk).exists()
