"""Send what is due: each address by itself, so that a slow one holds up no other; what fails is tried again later."""

import base64
import hashlib
import hmac
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from rapport.channels.http import HttpError, post
from rapport.webhooks.models import Delivery, Subscription
from rapport.webhooks.switch import switch_off

SECONDS = 8.0
# For one address in one round; another round follows when there is more.
SPELL = 8.0
AT_ONCE, AT_A_TIME = 8, 20
HEAD = 1_000
LOGGED = 10
GONE = 410
# Who claimed a message and then vanished left it to be sent again.
CLAIMED = timedelta(minutes=2)
WAITS = tuple(timedelta(seconds=wait) for wait in (10, 60, 300, 1_800, 7_200, 18_000, 36_000))
PATIENCE = timedelta(days=3)


@dataclass(frozen=True)
class Outcome:
    """What the server said, or why there is no answer (status 0)."""

    delivery_id: int
    status: int
    milliseconds: int
    said: str

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004


def deliver_due(*, at: datetime) -> int:
    """Send what is due at ``at``, for at most a few seconds; how many were tried."""
    claimed = claim(at=at)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rounds = list(pool.map(lambda pair: send_all(*pair, at=at), claimed))
    outcomes = [(subscription, one) for (subscription, _due), done in zip(claimed, rounds, strict=True) for one in done]
    for subscription, one in outcomes:
        settle(subscription, one, at=at)
    tried = {one.delivery_id for _subscription, one in outcomes}
    left = [one.pk for _subscription, due in claimed for one in due if one.pk not in tried]
    Delivery.objects.filter(pk__in=left, state=Delivery.State.WAITING).update(due_at=at)
    return len(outcomes)


@transaction.atomic
def claim(*, at: datetime) -> list[tuple[Subscription, list[Delivery]]]:
    """The due messages of a few addresses, ours for two minutes; one alone where the last try failed."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at, subscription__active=True)
    ids = list(due.order_by("subscription_id").values_list("subscription_id", flat=True).distinct())
    random.shuffle(ids)
    claimed = []
    for subscription in Subscription.objects.filter(pk__in=ids[:AT_ONCE]).select_related("user"):
        mine = due.filter(subscription=subscription).order_by("due_at", "pk").select_for_update(skip_locked=True)
        found = list(mine[: 1 if subscription.failing_since else AT_A_TIME])
        Delivery.objects.filter(pk__in=[one.pk for one in found]).update(due_at=at + CLAIMED)
        if found:
            claimed.append((subscription, found))
    return claimed


def send_all(subscription: Subscription, due: Sequence[Delivery], *, at: datetime) -> list[Outcome]:
    """Touches no database: it runs beside others. The first that fails is the last of this round."""
    end, done = monotonic() + SPELL, list[Outcome]()
    for one in due:
        done.append(send(subscription, one, at=at))
        if not done[-1].good or monotonic() > end:
            break
    return done


def send(subscription: Subscription, delivery: Delivery, *, at: datetime) -> Outcome:
    body, began = delivery.body.encode(), monotonic()
    try:
        answer = post(
            subscription.address,
            body,
            headers=headers(subscription, delivery.message_id, body, at=at),
            seconds=SECONDS,
            largest=64 * 1024,
        )
        status, said = answer.status, answer.body[:HEAD].decode(errors="replace").replace("\x00", "")
    except HttpError as problem:
        status, said = 0, problem.code
    return Outcome(delivery.pk, status, int((monotonic() - began) * 1000), said)


def headers(subscription: Subscription, number: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """As Standard Webhooks has them; for a day after a change both secrets sign."""
    stamp, known = str(int(at.timestamp())), subscription.secrets
    valid = [known["now"]]
    if known.get("before") and at < datetime.fromisoformat(known["until"]):
        valid.append(known["before"])
    return {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{signature(secret, number, stamp, body)}" for secret in valid),
    }


def signature(secret: str, number: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


@transaction.atomic
def settle(subscription: Subscription, outcome: Outcome, *, at: datetime) -> None:
    """Write down what became of a try, and when the next one is."""
    delivery = Delivery.objects.select_for_update().get(pk=outcome.delivery_id)
    delivery.tries += 1
    delivery.log = [*delivery.log, [at.isoformat(), outcome.status, outcome.milliseconds, outcome.said]][-LOGGED:]
    if outcome.good:
        delivery.state, delivery.due_at = Delivery.State.DELIVERED, None
    elif delivery.tries > len(WAITS):
        delivery.state, delivery.due_at = Delivery.State.GIVEN_UP, None
    else:
        delivery.state = Delivery.State.WAITING
        delivery.due_at = at + WAITS[delivery.tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    delivery.save(update_fields=["tries", "log", "state", "due_at"])
    since = None if outcome.good else (subscription.failing_since or at)
    if since != subscription.failing_since:
        Subscription.objects.filter(pk=subscription.pk).update(failing_since=since)
        subscription.failing_since = since
    if outcome.status == GONE:
        switch_off(subscription, "The address says that it is gone (410).", at=at)
    elif since and at - since > PATIENCE:
        switch_off(subscription, f"No delivery came through since {since:%Y-%m-%d %H:%M} UTC.", at=at)
