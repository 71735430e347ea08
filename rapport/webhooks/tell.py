"""Write the messages that follow from a fact, for everybody who asked to be told, as far as they may see it."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.agenda.models import Task
from rapport.customers.api import as_out
from rapport.customers.models import Customer
from rapport.journal.models import Event, Fact
from rapport.people.models import User
from rapport.sales.api import OrderOut
from rapport.sales.order import Order
from rapport.timeline.models import Interaction
from rapport.timeline.payloads import InteractionOut
from rapport.timeline.read import entries_of
from rapport.webhooks.models import TOLD, Delivery, Subscription
from rapport.webhooks.switch import switch_off

WHOLE, IDS_ONLY = 100, 1_000
MANY = 500
LARGEST = 256 * 1024
MOST_WAITING = 10_000
Records = list[dict[str, object]]


@dataclass(frozen=True)
class Kind:
    """How records of one sort are found, narrowed and shown."""

    visible: Callable[[Sequence[int], User], list[int]]
    narrowed: Callable[[Sequence[int], Subscription], list[int]]
    shown: Callable[[Sequence[int], User], Records]


def tell(event: Event, *, at: datetime) -> int:
    """One message per subscription and batch; how many were written."""
    if event.kind not in KINDS:
        return 0
    wanted = Subscription.objects.filter(active=True, facts__contains=[event.kind]).select_related("user")
    return sum(told(event, one, at=at) for one in wanted)


def told(event: Event, subscription: Subscription, *, at: datetime) -> int:
    if not subscription.user.is_active:
        switch_off(subscription, "Its owner no longer works here.", at=at)
        return 0
    if Delivery.objects.filter(subscription=subscription, state=Delivery.State.WAITING).count() >= MOST_WAITING:
        switch_off(subscription, f"More than {MOST_WAITING} messages were waiting.", at=at)
        return 0
    kind = KINDS[Fact(event.kind)]
    written = Delivery.objects.bulk_create(
        (
            Delivery(
                subscription=subscription,
                event_id=event.pk,
                part=part,
                message_id=(number := new_id()),
                fact=event.kind,
                body=message(number, event.kind, event.at, ids, data),
                at=at,
                due_at=at,
            )
            for part, (ids, data) in enumerate(batches(event, subscription, kind))
        ),
        ignore_conflicts=True,
    )
    return len(written)


def batches(event: Event, subscription: Subscription, kind: Kind) -> Iterator[tuple[list[int], Records | None]]:
    """Ids with their records, or alone where there are many."""
    many = len(event.subject_ids) > MANY
    for piece in event.batches(of=IDS_ONLY if many else WHOLE):
        ids = kind.narrowed(kind.visible(piece, subscription.user), subscription)
        if ids:
            yield ids, None if many else kind.shown(ids, subscription.user)


def message(number: str, fact: str, at: datetime, ids: Sequence[int], data: Records | None) -> str:
    """The records, or only their ids where they would be too large."""
    head = {"id": number, "type": fact.replace(" ", "."), "at": at.isoformat(), "ids": list(ids)}
    whole = json.dumps({**head, "data": data})
    return whole if len(whole) <= LARGEST else json.dumps({**head, "data": None})


def new_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


def seen_customers(ids: Sequence[int], user: User) -> list[int]:
    return sorted(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def customers(ids: Sequence[int], subscription: Subscription) -> list[int]:
    if subscription.team_id is None:
        return list(ids)
    return list(Customer.objects.filter(pk__in=ids, team=subscription.team_id).values_list("pk", flat=True))


def show_customers(ids: Sequence[int], user: User) -> Records:
    found = list(Customer.objects.living().filter(pk__in=ids).order_by("pk"))
    return [one.model_dump(mode="json") for one in as_out(found, reader=user)]


def seen_interactions(ids: Sequence[int], user: User) -> list[int]:
    return sorted(Interaction.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def interactions(ids: Sequence[int], subscription: Subscription) -> list[int]:
    found = Interaction.objects.filter(pk__in=ids)
    if subscription.channel:
        found = found.filter(channel=subscription.channel)
    if subscription.team_id is not None:
        found = found.filter(participations__member__customer__team=subscription.team_id)
    return sorted(set(found.values_list("pk", flat=True)))


def show_interactions(ids: Sequence[int], user: User) -> Records:
    entries = entries_of(ids, reader=user)
    return [InteractionOut.of(entries[pk]).model_dump(mode="json") for pk in ids if pk in entries]


def seen_orders(ids: Sequence[int], user: User) -> list[int]:
    return sorted(Order.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def orders(ids: Sequence[int], subscription: Subscription) -> list[int]:
    if subscription.team_id is None:
        return list(ids)
    mine = Order.objects.filter(pk__in=ids, member__customer__team=subscription.team_id)
    return list(mine.values_list("pk", flat=True))


def show_orders(ids: Sequence[int], _user: User) -> Records:
    found = Order.objects.filter(pk__in=ids).select_related("member").prefetch_related("lines").order_by("pk")
    return [OrderOut.of(one).model_dump(mode="json") for one in found]


def seen_tasks(ids: Sequence[int], user: User) -> list[int]:
    return sorted(Task.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def tasks(ids: Sequence[int], subscription: Subscription) -> list[int]:
    if subscription.team_id is None:
        return list(ids)
    mine = Task.objects.filter(pk__in=ids, member__customer__team=subscription.team_id)
    return list(mine.values_list("pk", flat=True))


def show_tasks(ids: Sequence[int], _user: User) -> Records:
    return [as_task(one) for one in Task.objects.filter(pk__in=ids).select_related("member", "assignee").order_by("pk")]


def as_task(one: Task) -> dict[str, object]:
    return {
        "id": one.pk,
        "title": one.title,
        "customer_id": one.member.customer_id if one.member else None,
        "assignee": one.assignee.email,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "done_at": one.done_at.isoformat() if one.done_at else None,
    }


def of_all(kind: Kind, facts: Iterable[Fact]) -> dict[str, Kind]:
    return {fact.value: kind for fact in facts}


KINDS: dict[str, Kind] = {
    **of_all(
        Kind(seen_customers, customers, show_customers),
        tuple(fact for fact in TOLD if fact.name.startswith("CUSTOMERS")),
    ),
    **of_all(
        Kind(seen_interactions, interactions, show_interactions),
        (Fact.INTERACTIONS_RECEIVED, Fact.INTERACTIONS_CORRECTED, Fact.INTERACTIONS_ASSIGNED),
    ),
    Fact.ORDERS_RECORDED.value: Kind(seen_orders, orders, show_orders),
    Fact.TASKS_CHANGED.value: Kind(seen_tasks, tasks, show_tasks),
}
