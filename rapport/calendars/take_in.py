"""Take entries of a calendar in: each judged, written as the meetings it says, and entered in the ledger of the reading."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rapport.calendars.follow import follow
from rapport.calendars.judge import Case, House, judge
from rapport.calendars.models import Outcome, Reading, ReadingLine
from rapport.channels.calendar.happening import Happening, Hindrance
from rapport.channels.calendar.read import EntryError
from rapport.channels.calendar.recur import times
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.identity.arrive import arrive
from rapport.identity.known import known_among
from rapport.people.models import User
from rapport.people.own import Ours, ours

SOURCE = "calendar"
# A file is somebody's calendar, not the end of our disk.
MOST_TIMES = 200_000


def take(cases: Sequence[Case], reading: Reading, *, at: datetime) -> dict[str, int]:
    """How many of ``cases`` became what, in the caller's transaction."""
    enter(cases, reading, at=at)
    ReadingLine.objects.bulk_create([line_of(case, reading) for case in cases])
    outcomes = [case.outcome for case in cases]
    return {outcome.value: outcomes.count(outcome) for outcome in Outcome}


def enter(cases: Sequence[Case], reading: Reading, *, at: datetime) -> None:
    """Write what ``cases`` say, without a ledger; each learns what became of it."""
    own = ours()
    house = House(own, outsiders_known(cases, own), reading.newcomers)
    for case in cases:
        judge(case, house)
    wanted = [case for case in cases if case.outcome == Outcome.TAKEN]
    spread(wanted, reading, at=at)
    seat([case for case in wanted if case.outcome == Outcome.TAKEN], house, reading, at=at)
    follow([case for case in cases if isinstance(case.read, Happening)], reading, at=at)


def outsiders_known(cases: Iterable[Case], own: Ours) -> frozenset[str]:
    """The addresses of those who are not ours but a customer, in lower case."""
    people = [one for case in cases if isinstance(case.read, Happening) for one in case.read.people]
    return known_among(one.address.lower() for one in people if one.address not in own)


def spread(cases: Iterable[Case], reading: Reading, *, at: datetime) -> None:
    """When each takes place; what repeats without an end in sight is refused."""
    total = reading.times
    for case in cases:
        try:
            case.times = times(case.happening, at=at)
        except EntryError as problem:
            case.becomes(Outcome.REFUSED, problem.hindrance)
            continue
        total += len(case.times)
        if total > MOST_TIMES:
            case.becomes(Outcome.REFUSED, Hindrance.OFTEN)
            case.times = []
        elif not case.times:
            case.becomes(Outcome.OUTSIDE)


def seat(cases: Sequence[Case], house: House, reading: Reading, *, at: datetime) -> None:
    """The customers and colleagues who take part; whoever is new becomes a customer where that is wanted."""
    arrived = arrive([inbound_of(case.happening, house) for case in cases], at=at)
    addresses = {one.address.lower() for case in cases for one in case.happening.people}
    users = {
        email.lower(): pk
        for email, pk in User.objects.filter(is_active=True).values_list("email", "pk")
        if email.lower() in addresses
    }
    for case, one in zip(cases, arrived, strict=True):
        case.guests = list(dict.fromkeys(seat.member_id for seat in one.seats if seat.member_id))
        people = (users.get(person.address.lower()) for person in case.happening.people)
        case.hosts = [pk for pk in dict.fromkeys(people) if pk] or ([reading.by_id] if reading.by_id else [])
        if not case.guests:
            # An address of many, an info@ above all, is nobody by itself.
            case.becomes(Outcome.STRANGER)


def inbound_of(happening: Happening, house: House) -> Inbound:
    """The entry as something that arrived; it only tells who took part and is never written."""
    parties = tuple(
        Party((Clue("email", one.address),), "attendee", one.name)
        for one in happening.people
        if one.address not in house.ours and (house.newcomers or one.address.lower() in house.known)
    )
    return Inbound(SOURCE, happening.uid, happening.begin, Channel.VISIT, Direction.OUTBOUND, "meeting", parties)


def line_of(case: Case, reading: Reading) -> ReadingLine:
    read = case.read
    # What is private stays with whom it belongs to.
    title = "" if case.outcome == Outcome.PRIVATE else read.title
    return ReadingLine(
        reading=reading,
        number=case.number,
        uid=read.uid,
        title=title,
        starts_at=read.begin if isinstance(read, Happening) else None,
        outcome=case.outcome,
        reason=case.reason,
        times=case.made,
        meeting_id=case.meeting_id,
    )
