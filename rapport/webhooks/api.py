"""Subscriptions and their deliveries over the API."""

from datetime import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, endpoint
from rapport.people.models import Team
from rapport.people.tokens import ApiRequest
from rapport.timeline.models import ChannelChoice
from rapport.ui.problem import Fault, ProblemError
from rapport.webhooks.models import Delivery, Subscription
from rapport.webhooks.subscribe import Wanted, send_again, subscribe
from rapport.webhooks.subscription_forms import FACTS, checked_address


class NewSubscription(Given):
    name: Annotated[Line, Field(min_length=1)]
    address: Annotated[str, Field(max_length=2000, description="Begins with https://.")]
    facts: Annotated[list[str], Field(min_length=1, max_length=20, description="Such as `customers created`.")]
    channel: ChannelChoice | None = None
    team: Line | None = None

    def as_wanted(self, request: ApiRequest) -> Wanted:
        unknown = sorted(set(self.facts) - FACTS)
        if unknown:
            raise refusal("facts", f"{unknown[0]} is none of: {', '.join(sorted(FACTS))}.")
        try:
            address = checked_address(self.address)
        except ValidationError as problem:
            raise refusal("address", problem.messages[0]) from problem
        team = Team.objects.visible_to(request.user).filter(name=self.team).first() if self.team else None
        if self.team and team is None:
            raise refusal("team", "There is no such team.")
        return Wanted(self.name[:100], address, sorted(set(self.facts)), self.channel or "", team)


def refusal(field: str, detail: str) -> ProblemError:
    return ProblemError(422, f"{field}: {detail}", [Fault(detail, f"#/{field}")])


class SubscriptionOut(BaseModel):
    id: int
    name: str
    address: str
    facts: list[str]
    channel: str
    team: str | None
    active: bool
    why_off: str

    @classmethod
    def of(cls, one: Subscription) -> "SubscriptionOut":
        plain = {name: getattr(one, name) for name in ("name", "address", "facts", "channel", "active", "why_off")}
        return cls(id=one.pk, team=one.team.name if one.team else None, **plain)


class FreshOut(SubscriptionOut):
    secret: str = Field(description="Signs every message; told only now.")


class SubscriptionsOut(BaseModel):
    items: list[SubscriptionOut]


class DeliveryOut(BaseModel):
    id: int
    message_id: str
    fact: str
    at: datetime
    state: Delivery.State
    tries: int
    due_at: datetime | None
    log: list[list[str | int]] = Field(
        description="Of the last tries: when, status (0: no answer), milliseconds, said."
    )

    @classmethod
    def of(cls, one: Delivery) -> "DeliveryOut":
        names = ("message_id", "fact", "at", "state", "tries", "due_at", "log")
        return cls(id=one.pk, **{name: getattr(one, name) for name in names})


class DeliveryPage(BaseModel):
    items: list[DeliveryOut]
    next: str | None


class DeliveryChoice(BaseModel):
    state: Delivery.State | None = None
    after: After = ""
    limit: Limit = 50


def the_subscription(subscription_id: int, request: ApiRequest) -> Subscription:
    found = Subscription.objects.visible_to(request.user).filter(pk=subscription_id).select_related("team").first()
    if found is None:
        raise Http404
    return found


@endpoint("GET", "/webhooks", needs="webhooks.change_subscription", answers={200: SubscriptionsOut})
def list_webhooks(request: ApiRequest) -> SubscriptionsOut:
    """Every address that is told what becomes true."""
    seen = Subscription.objects.visible_to(request.user).select_related("team").order_by("pk")
    return SubscriptionsOut(items=[SubscriptionOut.of(one) for one in seen])


@endpoint("POST", "/webhooks", needs="webhooks.change_subscription", answers={201: FreshOut}, problems=(413,))
def add_webhook(request: ApiRequest, subscription: NewSubscription) -> Answer:
    """Let an address be told, with the rights of the token's owner."""
    made = subscribe(subscription.as_wanted(request), by=request.user, at=timezone.now())
    return Answer(FreshOut(**SubscriptionOut.of(made).model_dump(), secret=made.secrets["now"]), 201)


@endpoint(
    "DELETE",
    "/webhooks/{int:subscription_id}",
    needs="webhooks.change_subscription",
    answers={204: None},
    problems=(404,),
)
def drop_webhook(request: ApiRequest, subscription_id: int) -> Answer:
    """Tell this address nothing any more; its log goes with it."""
    the_subscription(subscription_id, request).delete()
    return Answer(None, 204)


@endpoint(
    "GET",
    "/webhooks/{int:subscription_id}/deliveries",
    needs="webhooks.change_subscription",
    answers={200: DeliveryPage},
    problems=(404,),
)
def list_deliveries(request: ApiRequest, subscription_id: int, choice: Query[DeliveryChoice]) -> DeliveryPage:
    """Its messages, the last one first."""
    found = Delivery.objects.visible_to(request.user).filter(subscription=the_subscription(subscription_id, request))
    if choice.state:
        found = found.filter(state=choice.state)
    if choice.after:
        place = cursor.read(choice.after, int)
        if place is None:
            raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
        found = found.filter(pk__lt=place[0])
    rows = list(found.order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return DeliveryPage(items=[DeliveryOut.of(one) for one in page], next=following)


@endpoint(
    "POST",
    "/webhooks/deliveries/{int:delivery_id}/redeliver",
    needs="webhooks.change_subscription",
    answers={200: DeliveryOut},
    problems=(404, 413),
)
def redeliver(request: ApiRequest, delivery_id: int) -> DeliveryOut:
    """Send a message again under the same id."""
    found = Delivery.objects.visible_to(request.user).filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    send_again(found, at=timezone.now())
    return DeliveryOut.of(found)
