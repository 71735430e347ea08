"""Let an address be told what becomes true, change its secret, try it out, and send something again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.people.models import Team, User
from rapport.webhooks.declare import new_secret
from rapport.webhooks.models import Delivery, Subscription
from rapport.webhooks.tell import new_id

BOTH_FOR = timedelta(days=1)
TEST = "test"


@dataclass(frozen=True)
class Wanted:
    name: str
    address: str
    facts: Sequence[str]
    channel: str = ""
    team: Team | None = None


def subscribe(wanted: Wanted, *, by: User, at: datetime) -> Subscription:
    subscription = Subscription(user=by, created_at=at)
    subscription.secrets = {"now": new_secret()}
    return change_subscription(subscription, wanted, by=by)


def change_subscription(subscription: Subscription, wanted: Wanted, *, by: User) -> Subscription:
    """From now on it is told what whoever changed it last may see."""
    subscription.name, subscription.address = wanted.name, wanted.address
    subscription.facts, subscription.channel, subscription.team = list(wanted.facts), wanted.channel, wanted.team
    subscription.user = by
    subscription.save()
    return subscription


def rotate(subscription: Subscription, *, at: datetime) -> None:
    """A new secret; for a day the one before signs too, so that the receiver can change over in peace."""
    now = subscription.secrets["now"]
    subscription.secrets = {"now": new_secret(), "before": now, "until": (at + BOTH_FOR).isoformat()}
    subscription.save(update_fields=["sealed"])


def try_out(subscription: Subscription, *, at: datetime) -> Delivery:
    """A message that tells of nothing."""
    number = new_id()
    body = json.dumps({"id": number, "type": TEST, "at": at.isoformat(), "ids": [], "data": []})
    return Delivery.objects.create(subscription=subscription, message_id=number, fact=TEST, body=body, at=at, due_at=at)


def send_again(delivery: Delivery, *, at: datetime) -> None:
    """The same message under the same id, with all its tries before it."""
    delivery.state, delivery.due_at, delivery.tries = Delivery.State.WAITING, at, 0
    delivery.save(update_fields=["state", "due_at", "tries"])
