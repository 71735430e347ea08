"""Write down a call that a colleague had with a customer."""

from dataclasses import dataclass
from datetime import datetime

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.timeline.mentions import mentions
from rapport.timeline.write_down import OURS, own_key, write_down


@dataclass(frozen=True)
class Call:
    """What is remembered of a call. `minutes` is None when nobody looked at the clock."""

    direction: Direction
    subject: str
    text: str
    minutes: int | None
    at: datetime


def log_call(customer: Customer, call: Call, *, key: str, by: User, at: datetime) -> int:
    """The id of the interaction; sent again with the same ``key`` it stays one."""
    return write_down(
        Inbound(
            source=OURS,
            external_id=own_key(key, by),
            at=call.at,
            channel=Channel.PHONE,
            direction=call.direction,
            kind="call",
            parties=(Party(member_id=main_member(customer).pk),),
            subject=call.subject,
            text=call.text,
            data={
                **({} if call.minutes is None else {"minutes": call.minutes}),
                **mentions(customer, subject=call.subject, text=call.text),
            },
        ),
        by=by,
        at=at,
    )
