"""What the customer page says of a hold and of open requests, as a card with the way to note another."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.people.models import User
from rapport.privacy.hold import Hold
from rapport.privacy.request import Request


@dataclass(frozen=True)
class Card:
    """The hold that stands and the requests that are open; `may` names what the reader may do about them."""

    holds: Sequence[Hold]
    requests: Sequence[Request]
    answers: bool
    ends: bool


def card_of(customer_id: int, *, reader: User) -> Card:
    return Card(
        holds=list(Hold.objects.standing().filter(customer=customer_id).in_order()),
        requests=list(Request.objects.open().filter(customer=customer_id).most_urgent_first()),
        answers=reader.allows("privacy.view_request"),
        ends=reader.allows("privacy.hold_customer"),
    )
