"""Pins over the API: what somebody keeps at hand."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.agenda.models import Pin
from rapport.agenda.pin import FullError, pin, unpin
from rapport.customers.reach import survivor
from rapport.people.endpoint import Answer, Given, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class PinIn(Given):
    customer_id: int


class PinOut(BaseModel):
    id: int
    customer_id: int | None
    path: str = Field(description="Of a page with its filters; empty for a customer.")
    title: str
    at: datetime

    @classmethod
    def of(cls, one: Pin) -> "PinOut":
        customer = one.member.customer if one.member else None
        title = customer.name if customer else one.title
        return cls(id=one.pk, customer_id=customer.pk if customer else None, path=one.path, title=title, at=one.at)


class PinList(BaseModel):
    items: list[PinOut]
    most: int = Field(description="So many one may have.")


@endpoint("GET", "/pins", needs="agenda.keep_pin", answers={200: PinList})
def list_pins(request: ApiRequest) -> PinList:
    """One's own pins in the order in which they were set."""
    found = Pin.objects.visible_to(request.user).at_hand().in_order()
    return PinList(items=[PinOut.of(one) for one in found], most=Pin.MOST)


@endpoint("POST", "/pins", needs="agenda.keep_pin", answers={200: PinOut}, problems=(409,))
def add_pin(request: ApiRequest, wanted: PinIn) -> PinOut:
    """Keep a customer at hand; the pin that is there already, when it is pinned."""
    customer = survivor(wanted.customer_id, reader=request.user)
    if customer is None:
        reason = "There is no such customer."
        raise ProblemError(422, f"customer_id: {reason}", [Fault(reason, "#/customer_id")])
    try:
        made = pin(request.user, customer=customer, at=timezone.now())
    except FullError:
        raise ProblemError(409, f"There are {Pin.MOST} pins already, and that is the most.") from None
    return PinOut.of(made)


@endpoint("DELETE", "/pins/{int:pin_id}", needs="agenda.keep_pin", answers={204: None}, problems=(404,))
def remove_pin(request: ApiRequest, pin_id: int) -> Answer:
    """Let go of it."""
    mine = Pin.objects.visible_to(request.user).at_hand().select_related("member__customer", "user")
    unpin(get_object_or_404(mine, pk=pin_id))
    return Answer(None, 204)
