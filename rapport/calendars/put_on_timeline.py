"""Put meetings that were held on the timelines of everybody who took part, once, and correct them there."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from rapport.calendars.models import Guest, Host, Kind, Meeting
from rapport.channels.inbound import SEEN, Channel, Clue, Direction, Inbound, Party
from rapport.people.models import User
from rapport.timeline.receive import receive

SOURCE = "calendar"
CHANNELS = {Kind.MEETING: Channel.VISIT, Kind.CALL: Channel.PHONE}


def put_on_timeline(*meetings: Meeting, by: User | None, at: datetime) -> None:
    """In the caller's transaction. A meeting without customers is on no timeline."""
    parties = parties_of(meetings)
    told = [meeting for meeting in meetings if meeting.pk in parties]
    received = receive([inbound_of(one, parties[one.pk]) for one in told], by=by, at=at)
    moved = []
    for meeting, one in zip(told, received, strict=True):
        if meeting.interaction_id != one.interaction_id:
            meeting.interaction_id = one.interaction_id
            moved.append(meeting)
    Meeting.objects.bulk_update(moved, ["interaction"], batch_size=1_000)


def parties_of(meetings: Sequence[Meeting]) -> dict[int, tuple[Party, ...]]:
    """Who took part in each that has customers: those first."""
    ids = [meeting.pk for meeting in meetings]
    found: defaultdict[int, list[Party]] = defaultdict(list)
    for guest in Guest.objects.filter(meeting__in=ids).order_by("pk"):
        found[guest.meeting_id].append(Party(member_id=guest.member_id))
    for host in Host.objects.filter(meeting__in=list(found)).select_related("user").order_by("pk"):
        found[host.meeting_id].append(Party((Clue(SEEN, host.user.email),), "colleague", host.user.name))
    return {pk: tuple(parties) for pk, parties in found.items()}


def inbound_of(meeting: Meeting, parties: tuple[Party, ...]) -> Inbound:
    kind = Kind(meeting.kind)
    return Inbound(
        source=SOURCE,
        external_id=f"meeting:{meeting.pk}",
        at=meeting.starts_at,
        channel=CHANNELS[kind],
        direction=Direction.OUTBOUND,
        kind=f"cancelled {kind}" if meeting.cancelled_at else str(kind),
        parties=parties,
        subject=meeting.title,
        text="\n\n".join(part for part in (meeting.result, meeting.note) if part),
        touchpoint=meeting.place[:200],
        data={}
        if meeting.whole_day
        else {"minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)},
    )
