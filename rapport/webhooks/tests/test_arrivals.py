"""Web requests of other systems: checked, kept once, understood, mended."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.sales.order import Order
from rapport.timeline.models import Interaction
from rapport.webhooks.declare import Wish, change, declare, proposed
from rapport.webhooks.models import Arrival, Signed

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
MESSAGE = {"id": 7, "created_at": "2026-03-02T09:30:00", "from": {"email": "marta@x.example"}, "text": "Hello"}
PATHS = {"external_id": "id", "occurred_at": "created_at", "email": "from.email", "text": "text", "kind": "=question"}


@pytest.fixture
def made(boss, settings):
    def source(signed="hex", becomes="interaction", mapping=PATHS, **more):
        wish = Wish("Help desk", signed, more.get("header", ""), more.get("prefix", ""), becomes, mapping)
        return declare(wish, by=boss, at=timezone.now(), secret=SECRET)

    return source


def digest(content, key=b""):
    return hmac.new(key or SECRET.encode(), content, hashlib.sha256)


def signed_headers(source, body, *, at=None, number="msg_1"):
    stamp = str(int(at or time.time()))
    return {
        Signed.HEX: {"X-Hub-Signature-256": "sha256=" + digest(body).hexdigest()},
        Signed.BASE64: {"X-Shopify-Hmac-Sha256": base64.b64encode(digest(body).digest()).decode()},
        Signed.STAMPED: {"Stripe-Signature": f"t={stamp},v1={digest(f'{stamp}.'.encode() + body).hexdigest()}"},
        Signed.BEARER: {"Authorization": f"Bearer {SECRET}"},
        Signed.STANDARD: {
            "webhook-id": number,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1,AAAA v1,"
            + base64.b64encode(digest(f"{number}.{stamp}.".encode() + body, b"k" * 32).digest()).decode(),
        },
    }[Signed(source.signed)]


def send(client, source, document, headers=None, **more):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    given = signed_headers(source, body, **more) if headers is None else headers
    return client.post(
        reverse("webhooks:arrive", args=[source.key]), body, content_type="application/json", headers=given
    )


@pytest.mark.req("K10")
@pytest.mark.parametrize("signed", Signed.values)
def test_what_is_rightly_signed_stands_on_the_timeline(made, client, run_jobs, signed):
    source = made(signed)
    assert send(client, source, MESSAGE).status_code == 202
    run_jobs()
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.why) == ("done", "")
    interaction = Interaction.objects.get()
    assert (interaction.text, interaction.kind, interaction.source) == ("Hello", "question", "Help desk")
    assert Customer.objects.get().pk == arrival.customer_id


@pytest.mark.req("K10")
@pytest.mark.parametrize("signed", Signed.values)
def test_what_is_wrongly_signed_is_refused_and_makes_nothing(made, client, run_jobs, signed):
    source = made(signed)
    other = signed_headers(source, b"something else")
    wrong = {"Authorization": "Bearer nothing"} if signed == Signed.BEARER else other
    assert send(client, source, MESSAGE, headers=wrong).status_code == 400
    assert send(client, source, MESSAGE, headers={}).status_code == 400
    run_jobs()
    assert not Interaction.objects.exists()
    assert set(Arrival.objects.values_list("state", flat=True)) == {"refused"}


def test_a_signature_of_another_way_counts_for_nothing(made, client):
    """Who learned a bearer secret's request, or signs without a time stamp, must not get in by another way."""
    source = made(Signed.STANDARD)
    body = json.dumps(MESSAGE).encode()
    for headers in (
        {"Authorization": f"Bearer {SECRET}"},
        {"X-Hub-Signature-256": "sha256=" + digest(body).hexdigest()},
        {"webhook-id": "", "webhook-timestamp": "", "webhook-signature": ""},
    ):
        assert send(client, source, MESSAGE, headers=headers).status_code == 400


@pytest.mark.parametrize("signed", [Signed.STANDARD, Signed.STAMPED])
def test_an_old_signature_can_not_be_replayed(made, client, signed):
    assert send(client, made(signed), MESSAGE, at=time.time() - 400).status_code == 400
    assert Arrival.objects.get().why == "The signature is too old, or from the future."


def test_the_same_request_twice_is_one(made, client, run_jobs):
    source = made()
    first, again = (send(client, source, MESSAGE).json()["id"] for _time in range(2))
    run_jobs()
    assert first == again
    assert Arrival.objects.get().repeats == 1
    assert Interaction.objects.count() == 1


@pytest.mark.req("K10")
def test_what_was_not_understood_is_kept_mended_and_read_again(made, client, run_jobs, boss, signed_in):
    source = made(mapping={**PATHS, "occurred_at": "text"})
    send(client, source, MESSAGE)
    run_jobs()
    assert Arrival.objects.get().why.startswith("occurred_at: ")
    change(source, Wish("Help desk", "hex", "", "", "interaction", PATHS), by=boss)
    signed_in(boss).post(reverse("webhooks:again", args=[source.pk]))
    run_jobs()
    assert Arrival.objects.get().state == "done"
    assert Interaction.objects.get().text == "Hello"


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a": NaN}', b"\xff\xfe", b"", b'"a"', b'{"id": {"x": 1}, "from": []}'], ids=len
)
def test_whatever_it_is_it_is_kept_and_told_why(made, client, run_jobs, body):
    assert send(client, made(mapping={**PATHS, "channel": "=nonsense"}), body).status_code == 202
    run_jobs()
    arrival = Arrival.objects.get()
    assert arrival.state == "unclear"
    assert arrival.why


def test_what_is_too_large_is_not_kept(made, client):
    assert send(client, made(), b'"' + b"a" * 300_000 + b'"').status_code == 413
    assert not Arrival.objects.exists()


def test_an_order_comes_with_its_lines(made, client, run_jobs):
    source = made(
        becomes="order",
        mapping={
            "external_id": "order.number",
            "ordered_at": "order.at",
            "email": "order.email",
            "currency": "=EUR",
            "lines": "order.items",
            "line.product": "title",
            "line.quantity": "qty",
            "line.unit_price": "price",
        },
    )
    items = [{"title": "Cork mat", "qty": 2, "price": "19.90"}, {"title": "Tea", "qty": 1, "price": 5}]
    send(client, source, {"order": {"number": 4711, "at": 1772443800, "email": "a@x.example", "items": items}})
    run_jobs()
    assert Arrival.objects.get().why == ""
    order = Order.objects.get()
    assert (order.external_id, order.currency, str(order.total)) == ("4711", "EUR", "44.8000")


def test_a_record_becomes_a_customer(made, client, run_jobs):
    source = made(becomes="customer", mapping={"external_id": "id", "name": "name", "email": "mail"})
    send(client, source, {"id": "C-1", "name": "Marta Leal", "mail": "marta@x.example"})
    run_jobs()
    assert Customer.objects.get().name == "Marta Leal"


def test_paths_are_proposed_from_a_sample():
    sample = {"data": {"customer": {"email": "a@x.example", "phone": "+351 912 345 678"}, "message": "Hello"}}
    assert proposed(sample, "interaction") == {
        "email": "data.customer.email",
        "phone": "data.customer.phone",
        "text": "data.message",
    }


def test_what_a_request_holds_is_shown_as_text_only(made, client, boss, signed_in):
    source = made()
    send(client, source, {"text": "<script>alert(1)</script>"})
    page = signed_in(boss).get(reverse("webhooks:arrival", args=[Arrival.objects.get().pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_administrator_declares_a_source_in_the_browser(signed_in, boss, client, run_jobs):
    browser = signed_in(boss)
    answer = browser.post(reverse("webhooks:add"), {"name": "Shop", "becomes": "order", "signed": "hex"})
    page = browser.get(answer.headers["Location"])
    assert "/hooks/" in page.content.decode()
    again = browser.post(reverse("webhooks:add"), {"name": "shop", "becomes": "order", "signed": "hex"})
    assert again.status_code == 422
