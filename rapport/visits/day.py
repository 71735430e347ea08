"""Read a day on the road: its visits in their order, how far apart they are, and what is still to be reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from rapport.calendars.models import Kind, Meeting
from rapport.calendars.planned import Planned, shown
from rapport.customers.models import Member
from rapport.people.models import User
from rapport.visits.models import Report, Spot
from rapport.visits.route import DETOUR, Point, apart

MOST = 40
UNTOLD = timedelta(days=30)


@dataclass(frozen=True)
class Stop:
    """A visit of the day; ``km`` by road from the one before, where both places are known."""

    line: Planned
    point: Point | None
    km: float | None
    reported: bool

    @property
    def meeting(self) -> Meeting:
        return self.line.meeting


@dataclass(frozen=True)
class Day:
    stops: Sequence[Stop]
    untold: Sequence[Planned]

    @property
    def km(self) -> float | None:
        """By road from the first stop to the last, as far as places are known."""
        known = [stop.km for stop in self.stops if stop.km is not None]
        return sum(known) if known else None


def day_of(user: User, day: date, *, at: datetime) -> Day:
    """The visits of ``user`` on ``day``, and those of late that nobody has reported; in a fixed number of queries."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    visits = visits_of(user)
    found = shown(
        visits.filter(starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1)).order_by("starts_at", "pk")[:MOST],
        reader=user,
        at=at,
    )
    earlier = visits.filter(held_at=None, ends_at__lte=min(at, begin), ends_at__gt=at - UNTOLD)
    untold = shown(earlier.order_by("starts_at", "pk")[:MOST], reader=user, at=at)
    told = set(Report.objects.filter(meeting__in=[one.meeting.pk for one in found]).values_list("meeting", flat=True))
    places = points_of([one.pk for line in found for one in line.customers], reader=user)
    stops: list[Stop] = []
    for line in found:
        point = next((places[one.pk] for one in line.customers if one.pk in places), None)
        before = stops[-1].point if stops else None
        km = apart(before, point) * DETOUR if before and point else None
        stops.append(Stop(line, point, km, line.meeting.pk in told or line.meeting.held_at is not None))
    return Day(stops, untold)


def visits_of(user: User) -> QuerySet[Meeting]:
    """One's own meetings that take place somewhere: a link is no place to drive to."""
    mine = Meeting.objects.visible_to(user).of(user).filter(kind=Kind.MEETING, cancelled_at=None)
    return mine.exclude(place__startswith="http").filter(guests__isnull=False).distinct()


def points_of(customer_ids: Sequence[int], *, reader: User) -> Mapping[int, Point]:
    """Where these customers are found, by their ids; the last word of several records counts."""
    members = Member.objects.filter(customer__in=customer_ids)
    found = Spot.objects.visible_to(reader).filter(member__in=members).order_by("at", "pk")
    return {
        customer: Point(float(north), float(east))
        for customer, north, east in found.values_list("member__customer", "latitude", "longitude")
    }
