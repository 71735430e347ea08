"""Write a note on a customer's timeline."""

from datetime import datetime

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.timeline.mentions import mentions
from rapport.timeline.write_down import OURS, own_key, write_down


def note(customer: Customer, text: str, *, key: str, by: User, at: datetime) -> int:
    """The id of the note; sent again with the same ``key`` it stays one."""
    about = (Party(member_id=main_member(customer).pk),)
    said = mentions(customer, text=text)
    return write_down(
        Inbound(OURS, own_key(key, by), at, Channel.SYSTEM, Direction.INTERNAL, "note", about, text=text, data=said),
        by=by,
        at=at,
    )
