"""Others are told what becomes true: signed, at least once, tried again, with their owner's eyes only."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import monotonic

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from rapport.timeline.receive import receive
from rapport.webhooks.deliver import WAITS, claim, deliver_due
from rapport.webhooks.models import Delivery, Subscription
from rapport.webhooks.subscribe import Wanted, rotate, send_again, subscribe, try_out

CUSTOMERS, INTERACTIONS = "customers created", "interactions received"


@pytest.fixture
def receiver(settings):
    """A server on this machine that answers what it is told to and remembers what it got."""
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((dict(self.headers), body))
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(b"<b>thanks</b>")

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 200
    server.address = f"http://127.0.0.1:{server.server_port}/in"
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def subscribed(receiver, boss):
    def made(*facts, by=None, **more):
        wanted = Wanted("Shop", more.pop("address", receiver.address), facts or (CUSTOMERS,), **more)
        return subscribe(wanted, by=by or boss, at=timezone.now())

    return made


def arrives(key="marta", channel=Channel.EMAIL):
    now = timezone.now()
    party = Party((Clue("email", f"{key}@x.example"),))
    inbound = Inbound("mail", f"{key} {channel}", now, channel, Direction.INBOUND, "mail", (party,), subject="Hello")
    return Customer.objects.get(pk=receive([inbound], by=None, at=now)[0].customer_id)


def signed(secret, headers, body):
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


@pytest.mark.req("K10")
def test_a_new_customer_is_told_signed_and_once(subscribed, receiver, run_jobs):
    subscription = subscribed(CUSTOMERS)
    customer = arrives()
    run_jobs()
    assert deliver_due(at=timezone.now()) == 1
    assert deliver_due(at=timezone.now()) == 0
    ((headers, body),) = receiver.got
    assert headers["webhook-signature"] == signed(subscription.secrets["now"], headers, body)
    told = json.loads(body)
    assert (told["id"], told["type"], told["ids"]) == (headers["webhook-id"], "customers.created", [customer.pk])
    assert told["data"][0]["identifiers"][0]["value"] == "marta@x.example"
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.req("K10")
def test_nobody_is_told_of_what_its_owner_may_not_see(subscribed, receiver, run_jobs, nils, iberia, boss):
    subscribed(CUSTOMERS, "customers changed", INTERACTIONS, by=nils)
    customer = arrives()
    edit(customer, {"team": "Iberia"}, by=boss, at=timezone.now())
    run_jobs()
    assert deliver_due(at=timezone.now()) == 0
    assert receiver.got == []


def test_only_the_wanted_channel_is_told(subscribed, receiver, run_jobs):
    subscribed(INTERACTIONS, channel="phone")
    arrives("a", Channel.EMAIL)
    arrives("b", Channel.PHONE)
    run_jobs()
    deliver_due(at=timezone.now())
    assert [json.loads(body)["data"][0]["channel"] for _headers, body in receiver.got] == ["phone"]


@pytest.mark.req("K10")
def test_what_fails_is_tried_again_later_under_the_same_id(subscribed, receiver, run_jobs):
    subscribed()
    arrives()
    run_jobs()
    receiver.status, now = 500, timezone.now()
    for place in range(len(WAITS) + 1):
        assert deliver_due(at=now) == 1
        delivery = Delivery.objects.get()
        if place < len(WAITS):
            assert deliver_due(at=now + timedelta(seconds=1)) == 0
            assert 0.79 * WAITS[place] < delivery.due_at - now < 1.21 * WAITS[place]
            now = delivery.due_at
    assert delivery.state == "given up"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    receiver.status = 200
    send_again(delivery, at=now)
    deliver_due(at=now)
    assert Delivery.objects.get().state == "delivered"
    assert Subscription.objects.get().failing_since is None


def test_what_was_on_its_way_when_the_worker_died_is_sent_again(subscribed, receiver, run_jobs):
    subscribed()
    arrives()
    run_jobs()
    now = timezone.now()
    claim(at=now)
    assert deliver_due(at=now + timedelta(seconds=60)) == 0
    assert deliver_due(at=now + timedelta(seconds=121)) == 1


@pytest.mark.req("K10")
def test_an_address_that_is_gone_is_switched_off_and_whoever_cares_is_told(subscribed, receiver, run_jobs, boss):
    subscription = subscribed()
    arrives()
    run_jobs()
    receiver.status = 410
    deliver_due(at=timezone.now())
    subscription.refresh_from_db()
    assert not subscription.active
    assert "410" in Task.objects.get(assignee=boss).title


def test_an_address_that_fails_for_days_is_switched_off(subscribed, receiver):
    subscription = subscribed()
    receiver.status, now = 500, timezone.now()
    for days in (0, 2, 4):
        try_out(subscription, at=now + timedelta(days=days))
        Delivery.objects.filter(tries__gt=0).delete()
        deliver_due(at=now + timedelta(days=days))
    subscription.refresh_from_db()
    assert not subscription.active


def test_for_a_day_both_secrets_sign(subscribed, receiver):
    subscription = subscribed()
    before, now = subscription.secrets["now"], timezone.now()
    rotate(subscription, at=now)
    for late in (timedelta(0), timedelta(hours=25)):
        try_out(subscription, at=now + late)
        deliver_due(at=now + late)
    (first, body), (second, other) = receiver.got
    assert signed(before, first, body) in first["webhook-signature"].split()
    assert signed(subscription.secrets["now"], first, body) in first["webhook-signature"].split()
    assert second["webhook-signature"] == signed(subscription.secrets["now"], second, other)


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/"])
def test_nothing_is_sent_into_our_own_network(subscribed, settings, address):
    settings.OUTBOUND_ALLOW = []
    subscription = subscribed(address=address)
    try_out(subscription, at=timezone.now())
    deliver_due(at=timezone.now())
    assert Delivery.objects.get().log[0][1:] == [0, Delivery.objects.get().log[0][2], "not_public"]


def test_a_silent_address_holds_up_no_other(subscribed, receiver, monkeypatch):
    monkeypatch.setattr("rapport.webhooks.deliver.SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for address in (f"http://127.0.0.1:{silent.getsockname()[1]}/", receiver.address):
            try_out(subscribed(address=address), at=timezone.now())
        began = monotonic()
        assert deliver_due(at=timezone.now()) == 2
    assert monotonic() - began < 5
    assert sorted(one.last_word for one in Delivery.objects.all()) == ["<b>thanks</b>", "timeout"]


def test_many_records_are_told_by_their_ids(subscribed, receiver, run_jobs):
    subscribed(INTERACTIONS)
    now = timezone.now()
    party = Party((Clue("email", "a@x.example"),))
    many = [Inbound("mail", str(key), now, Channel.EMAIL, Direction.INBOUND, "mail", (party,)) for key in range(1_200)]
    receive(many, by=None, at=now)
    run_jobs()
    deliver_due(at=timezone.now())
    bodies = [json.loads(body) for _headers, body in receiver.got]
    assert [len(body["ids"]) for body in bodies] == [1_000, 200]
    assert {body["data"] for body in bodies} == {None}


def test_what_the_other_side_answers_is_shown_as_text(subscribed, receiver, signed_in, boss):
    delivery = try_out(subscribed(), at=timezone.now())
    deliver_due(at=timezone.now())
    page = signed_in(boss).get(reverse("webhooks:delivery", args=[delivery.pk])).content.decode()
    assert "&lt;b&gt;thanks" in page


@pytest.mark.parametrize("address", ["ftp://x.example/", "https://a:b@x.example/", "http://x.example/", "nonsense"])
def test_an_address_that_can_not_be_is_refused(signed_in, boss, address):
    sent = {"name": "Shop", "address": address, "facts": [CUSTOMERS]}
    assert signed_in(boss).post(reverse("webhooks:add_subscription"), sent).status_code == 422


@pytest.mark.req("K10")
def test_subscriptions_over_the_api(client, boss, run_jobs):
    headers = {"Authorization": f"Bearer {ApiToken.issue(boss, 'test', [])}"}
    sent = {"name": "Shop", "address": "https://shop.example/in", "facts": [CUSTOMERS]}
    made = client.post("/api/v1/webhooks", sent, content_type="application/json", headers=headers).json()
    assert made["secret"].startswith("whsec_")
    arrives()
    run_jobs()
    address = f"/api/v1/webhooks/{made['id']}"
    (delivery,) = client.get(f"{address}/deliveries", headers=headers).json()["items"]
    assert delivery["fact"] == CUSTOMERS
    wrong = client.post(
        "/api/v1/webhooks", {**sent, "facts": ["nonsense"]}, content_type="application/json", headers=headers
    )
    assert wrong.status_code == 422
    assert client.delete(address, headers=headers).status_code == 204
    assert client.get("/api/v1/webhooks", headers=headers).json() == {"items": []}
