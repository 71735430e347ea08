"""Ana of the demo company on the road: where customers of Lisbon are found, her visits of these days, and what she reported."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan
from rapport.customers.models import Customer
from rapport.customers.models import Kind as CustomerKind
from rapport.people.models import User
from rapport.visits.mark_spot import mark_spot
from rapport.visits.models import Report, Spot
from rapport.visits.plan_day import address
from rapport.visits.report_visit import Said, report_visit

TOWN, CENTRE, SPREAD = "Lisboa", (Decimal("38.7223"), Decimal("-9.1393")), Decimal("0.0009")
FOUND = 24
# Day from today, hour, minute, what she said of it; None: not yet.
VISITS: tuple[tuple[int, int, int, str | None], ...] = (
    (-3, 10, 0, "The second machine stands in the basement and nobody uses it. They ask whether we take it back."),
    (-3, 14, 30, "Content. The new office manager decides about the care plan from January on."),
    (-1, 11, 0, None),
    (0, 9, 30, None),
    (0, 11, 15, None),
    (0, 15, 0, None),
    (2, 10, 0, None),
)


def go_on_the_road(staff: Mapping[str, User], *, at: datetime) -> list[Meeting]:
    """Write the visits down as of ``at``; those of the past that have words are reported."""
    ana = staff["Ana"]
    customers = list(
        Customer.objects.visible_to(ana).living().filter(city=TOWN, kind=CustomerKind.COMPANY).order_by("pk")[:FOUND]
    )
    for number, one in enumerate(customers):
        north, east = (number * 37 % 100 - 50) * SPREAD, (number * 61 % 100 - 50) * SPREAD
        spot = CENTRE[0] + north, CENTRE[1] + east
        mark_spot(one, *spot, means=Spot.Means.HAND, by=ana, at=at - timedelta(days=40))
    return [visited(number, customers[number % len(customers)], ana, at) for number in range(len(VISITS)) if customers]


def visited(number: int, customer: Customer, ana: User, at: datetime) -> Meeting:
    day, hour, minute, words = VISITS[number]
    today = at.astimezone(ZoneInfo("Europe/Lisbon"))
    begin = datetime.combine(today.date() + timedelta(days=day), time(hour, minute), today.tzinfo)
    end = begin + timedelta(minutes=45)
    wish = Wish(Kind.MEETING, f"Visit: {customer.name}", begin, end, f"demo-road-{number}", place=address(customer))
    asked = min(at, begin) - timedelta(days=4)
    meeting = plan(wish, customers=[customer], colleagues=[ana], by=ana, at=asked)
    if words and end < at:
        said = Said(Report.Met.MET, words, end)
        report_visit(meeting, said, key=UUID(int=number), by=ana, at=end + timedelta(minutes=5))
    return meeting
