"""Rapport as an app on a telephone: installable, and without a network honest."""

import json

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db


def test_the_manifest_names_icons_that_are_there_and_shortcuts(ana, client):
    told = json.loads(client.get("/manifest.webmanifest").content)
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    assert told["shortcuts"][0]["url"] == "/calls/new/"
    assert client.get("/offline/").status_code == 200


def test_the_worker_keeps_no_page_but_the_one_that_says_there_is_no_network(ana, client):
    worker = client.get("/service-worker.js")
    kept = json.loads(worker.text.split("self.kept = ")[1].split("\n")[0])
    assert kept["offline"] == "/offline/"
    assert all(url.startswith("/static/") for url in kept["files"])
    assert worker.headers["Cache-Control"] == "no-cache"
    page = client.get("/offline/")
    assert "csrf" not in page.text.lower()
    assert not page.cookies


def test_what_is_shared_becomes_the_beginning_of_a_note(ana, signed_in):
    now = timezone.now()
    arrival = Inbound(
        "m", "1", now, Channel.EMAIL, Direction.INBOUND, "mail", (Party((Clue("email", "a@x.example"),)),)
    )
    pk = receive([arrival], by=None, at=now)[0].customer_id
    browser = signed_in(ana)
    found = browser.get("/share/", {"text": "Look & see", "url": "https://x.example", "q": "a@x.example"})
    link = f"/customers/{pk}/?log=note&amp;note=Look%20%26%20see%0Ahttps%3A//x.example"
    assert link in found.text
    assert "Look &amp; see" in browser.get(link.replace("&amp;", "&")).text
    assert Customer.objects.count() == 1
