"""Meetings and calls of the demo company: some held, some planned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.calendars.hold import hold
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan
from rapport.customers.models import Customer, Identifier
from rapport.demo.planted import MARTA, WRITTEN_ABOUT
from rapport.people.models import User
from rapport.telephony.models import Extension

FILIPE = "filipe@rio-manso.example"


@dataclass(frozen=True)
class Date:
    """A meeting by the day from today and the hour in Lisbon; held where there is a result."""

    title: str
    colleague: str
    guests: tuple[str, ...]
    day: int
    hour: int
    minutes: int = 60
    kind: Kind = Kind.MEETING
    place: str = ""
    result: str = ""


DATES = (
    Date("Second floor: look at the rooms", "Ana", (MARTA,), 1, 10, 90, place="Avenida da Liberdade 110, Lisboa"),
    Date(
        "Renewal of the care plan", "Ana", (MARTA, FILIPE), 6, 14, place="https://meet.aurora-clinicas.example/renewal"
    ),
    Date("Quote for Getafe", "Carmen", (WRITTEN_ABOUT,), 2, 11, 30, Kind.CALL),
    Date("First weeks with the machines", "Ana", (FILIPE,), 0, 17, 30, Kind.CALL),
    Date(
        "Yearly talk",
        "Ana",
        (MARTA,),
        -9,
        10,
        90,
        place="Lisboa",
        result="Content with the machines. Wants one bill for both floors; asks for a quote by month's end.",
    ),
    Date("Follow-up after the delivery", "Carmen", (WRITTEN_ABOUT,), -4, 9, 15, Kind.CALL, result="All arrived whole."),
    Date("Introduction of the new colleague", "Ana", (FILIPE,), -2, 15, 45),
)
EXTENSIONS = {"Ana": "214", "Carmen": "218", "Rui": "221"}


def keep_diary(staff: Mapping[str, User], *, at: datetime) -> Iterator[Meeting]:
    """Write the dates down as of ``at``, and give the colleagues their extensions."""
    Extension.objects.bulk_create(Extension(user=staff[first], number=number) for first, number in EXTENSIONS.items())
    guests = dict(
        Identifier.objects.filter(kind="email", key__in={key for one in DATES for key in one.guests}).values_list(
            "key", "member__customer"
        )
    )
    customers = Customer.objects.in_bulk(guests.values())
    today = at.astimezone(ZoneInfo("Europe/Lisbon"))
    for number, one in enumerate(DATES):
        begin = datetime.combine(today.date() + timedelta(days=one.day), time(one.hour), today.tzinfo)
        wish = Wish(
            one.kind, one.title, begin, begin + timedelta(minutes=one.minutes), f"demo-{number}", place=one.place
        )
        user = staff[one.colleague]
        asked = min(at, begin) - timedelta(days=3)
        chosen = [customers[guests[key]] for key in one.guests]
        meeting = plan(wish, customers=chosen, colleagues=[user], by=user, at=asked)
        if one.result:
            meeting = hold(meeting, one.result, by=user, at=begin + timedelta(hours=2))
        yield meeting
