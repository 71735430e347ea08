"""The code in the guide does what it says."""

import re
import time

import pytest
from django.conf import settings
from django.utils import timezone

from rapport.webhooks.declare import Wish, declare
from rapport.webhooks.deliver import headers
from rapport.webhooks.models import Arrival, Subscription

GUIDE = settings.BASE.parent / "docs/guide/webhooks.md"


def sample(number):
    space = {}
    exec(re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)[number], space)  # noqa: S102
    return space


@pytest.mark.req("K10")
def test_the_receiver_of_the_guide_knows_a_genuine_message(db):
    subscription, secret, body = Subscription(), "whsec_" + "QUJD" * 8, b'{"id": "msg_1"}'
    subscription.secrets = {"now": secret}
    given = headers(subscription, "msg_1", body, at=timezone.now())
    is_genuine = sample(1)["is_genuine"]
    assert is_genuine(secret, given, body)
    assert not is_genuine(secret, given, body + b" ")
    assert not is_genuine(secret, {**given, "webhook-timestamp": str(int(time.time()) - 400)}, body)


@pytest.mark.django_db(transaction=True)
def test_the_sender_of_the_guide_gets_in(live_server, boss):
    source = declare(Wish("Shop", "standard", "", "", "interaction", {}), by=boss, at=timezone.now())
    address = f"{live_server.url}/hooks/{source.key}"
    assert sample(0)["send"](address, source.secret, "msg_1", {"text": "Hello"}) == 202
    assert Arrival.objects.get().sent_id == "msg_1"
