"""Small steps that the tests of this room share: a customer, a mail of theirs, a note about them."""

import uuid

from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.timeline.note import note
from rapport.timeline.receive import receive


def customer(name="Aurora", *, team="", owner=None):
    now = timezone.now()
    pk = receive([mail_of(name)], by=None, at=now)[0].customer_id
    given = {"name": name} | ({"team": team} if team else {}) | ({"owner": owner.email} if owner else {})
    return edit(Customer.objects.get(pk=pk), given, by=None, at=now)


def mail_of(name, *, at=None, direction=Direction.INBOUND, text="Hello"):
    clues = (Clue("email", f"{name.lower().replace(' ', '.')}@x.example"),)
    at = at or timezone.now()
    return Inbound("mail", str(uuid.uuid4()), at, Channel.EMAIL, direction, "mail", (Party(clues),), text=text)


def write(customer, text, *, by):
    return note(customer, text, key=str(uuid.uuid4()), by=by, at=timezone.now())
