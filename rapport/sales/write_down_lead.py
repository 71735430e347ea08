"""Write down an enquiry that reached somebody: it stands on the timeline like any other, and becomes a lead."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import Lead
from rapport.sales.open_lead import NewLead, member_of, open_lead
from rapport.timeline.models import Interaction
from rapport.timeline.write_down import OURS, own_key, write_down


@dataclass(frozen=True)
class Enquiry:
    """What somebody asked for; by a customer who is known, or by whoever has this address or number."""

    wish: str
    source: LeadSource
    channel: Channel
    text: str = ""
    customer: Customer | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    owner: User | None = None
    came_at: datetime | None = None


@transaction.atomic
def write_down_lead(enquiry: Enquiry, *, key: str, by: User, at: datetime) -> Lead:
    """The lead; sent again with the same ``key`` it stays one."""
    came_at = enquiry.came_at or at
    inbound = Inbound(
        source=OURS,
        external_id=own_key(key, by),
        at=came_at,
        channel=enquiry.channel,
        direction=Direction.INBOUND,
        kind="enquiry",
        parties=(party(enquiry),),
        subject=enquiry.wish,
        text=enquiry.text,
    )
    written = Interaction.objects.get(pk=write_down(inbound, by=by, at=at))
    new = NewLead(enquiry.wish, enquiry.source, member_of(written), enquiry.name, written, enquiry.owner)
    return open_lead(new, by=by, at=at, came_at=came_at)


def party(enquiry: Enquiry) -> Party:
    if enquiry.customer:
        return Party(member_id=main_member(enquiry.customer).pk)
    clues = [Clue(kind, value) for kind, value in (("email", enquiry.email), ("phone", enquiry.phone)) if value]
    return Party(tuple(clues), role="from", name=enquiry.name)
