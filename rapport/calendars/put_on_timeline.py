"""Put a meeting that was held on the timeline of everybody who took part, once, and correct it there."""

from datetime import datetime

from rapport.calendars.models import Kind, Meeting
from rapport.channels.inbound import SEEN, Channel, Clue, Direction, Inbound, Party
from rapport.people.models import User
from rapport.timeline.receive import receive

SOURCE = "calendar"
CHANNELS = {Kind.MEETING: Channel.VISIT, Kind.CALL: Channel.PHONE}


def put_on_timeline(meeting: Meeting, *, by: User | None, at: datetime) -> None:
    """In the caller's transaction. A meeting without customers is on no timeline."""
    guests = [Party(member_id=one.member_id) for one in meeting.guests.order_by("pk")]
    if not guests:
        return
    hosts = [
        Party((Clue(SEEN, host.user.email),), "colleague", host.user.name)
        for host in meeting.hosts.select_related("user").order_by("pk")
    ]
    kind = Kind(meeting.kind)
    inbound = Inbound(
        source=SOURCE,
        external_id=f"meeting:{meeting.pk}",
        at=meeting.starts_at,
        channel=CHANNELS[kind],
        direction=Direction.OUTBOUND,
        kind=f"cancelled {kind}" if meeting.cancelled_at else str(kind),
        parties=(*guests, *hosts),
        subject=meeting.title,
        text="\n\n".join(part for part in (meeting.result, meeting.note) if part),
        touchpoint=meeting.place[:200],
        data={}
        if meeting.whole_day
        else {"minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)},
    )
    (received,) = receive([inbound], by=by, at=at)
    if meeting.interaction_id != received.interaction_id:
        meeting.interaction_id = received.interaction_id
        Meeting.objects.filter(pk=meeting.pk).update(interaction=received.interaction_id)
