"""What the customer page says of a hold, of open requests and of incidents, as a card with the way to note another."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.people.models import User
from rapport.privacy.hold import Hold
from rapport.privacy.incident import Incident
from rapport.privacy.request import Request

LISTED = 5


@dataclass(frozen=True)
class Card:
    """The hold that stands and the requests that are open; `may` names what the reader may do about them."""

    holds: Sequence[Hold]
    requests: Sequence[Request]
    incidents: Sequence[Incident]
    answers: bool
    ends: bool


def card_of(customer_id: int, *, reader: User) -> Card:
    return Card(
        holds=list(Hold.objects.standing().filter(customer=customer_id).in_order()),
        requests=list(Request.objects.open().filter(customer=customer_id).most_urgent_first()),
        incidents=list(Incident.objects.visible_to(reader).concerning(customer_id).newest_first()[:LISTED])
        if reader.allows("privacy.view_incident")
        else [],
        answers=reader.allows("privacy.view_request"),
        ends=reader.allows("privacy.hold_customer"),
    )
