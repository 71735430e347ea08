"""Put a call that is over on its customer's timeline, once, missed ones too."""

from datetime import datetime

from rapport.channels.inbound import CALLER, SEEN, Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.telephony.callers import customers_with
from rapport.telephony.models import Call
from rapport.timeline.models import Participation
from rapport.timeline.receive import receive

SOURCE = "telephony"


def put_on_timeline(call: Call, *, by: User, at: datetime) -> None:
    """In the caller's transaction. Whom nobody knows, or several, waits among the unassigned."""
    data: dict[str, object] = {"minutes": call.minutes} if call.answered_at else {}
    if call.recording:
        data["recording"] = call.recording
    inbound = Inbound(
        source=SOURCE,
        external_id=call.call_id,
        at=call.rang_at,
        channel=Channel.PHONE,
        direction=Direction.INBOUND if call.inbound else Direction.OUTBOUND,
        kind="missed call" if call.missed else "call",
        parties=tuple(parties(call)),
        subject=call.subject,
        text=call.text,
        touchpoint=call.ours,
        data=data,
    )
    (received,) = receive([inbound], by=call.user or by, at=at)
    if call.interaction_id != received.interaction_id:
        call.interaction_id = received.interaction_id
        Call.objects.filter(pk=call.pk).update(interaction=received.interaction_id)


def parties(call: Call) -> list[Party]:
    found = [Party(member_id=caller(call))] if caller(call) else [Party((Clue(CALLER, call.number),))]
    if call.user:
        found.append(Party((Clue(SEEN, call.user.email),), "colleague", call.user.name))
    return found


def caller(call: Call) -> int | None:
    """Whom somebody said it is, or the one customer who has the number."""
    if call.member_id:
        return call.member_id
    if call.interaction_id:
        main = Participation.objects.filter(interaction=call.interaction_id, main=True).first()
        if main:
            return main.member_id
    known = customers_with(call.number)
    return main_member(Customer.objects.get(pk=known[0])).pk if len(known) == 1 else None
