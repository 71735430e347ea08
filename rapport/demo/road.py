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
from rapport.sales.deal import Deal
from rapport.visits.mark_spot import mark_spot
from rapport.visits.models import Report, Spot
from rapport.visits.plan_day import address
from rapport.visits.report_visit import Said, report_visit

TOWN, CENTRE, SPREAD = "Lisboa", (Decimal("38.7223"), Decimal("-9.1393")), Decimal("0.0009")
FOUND = 24
# Where the other towns of open deals lie.
TOWNS = {
    "Aveiro": ("40.64", "-8.65"), "Barcelona": ("41.39", "2.17"), "Basel": ("47.56", "7.59"), "Berlin": ("52.52", "13.40"),
    "Braga": ("41.55", "-8.43"), "Bremen": ("53.08", "8.80"), "Bristol": ("51.45", "-2.59"), "Coimbra": ("40.21", "-8.43"),
    "Dublin": ("53.35", "-6.26"), "Edinburgh": ("55.95", "-3.19"), "Évora": ("38.57", "-7.91"), "Faro": ("37.02", "-7.93"),
    "Freiburg": ("47.99", "7.85"), "Galway": ("53.27", "-9.05"), "Graz": ("47.07", "15.44"), "Hamburg": ("53.55", "9.99"),
    "Kassel": ("51.31", "9.48"), "Köln": ("50.94", "6.96"), "Leeds": ("53.80", "-1.55"), "Leipzig": ("51.34", "12.37"),
    "Lisboa": ("38.7223", "-9.1393"), "Madrid": ("40.42", "-3.70"), "Málaga": ("36.72", "-4.42"),
    "Manchester": ("53.48", "-2.24"), "Münster": ("51.96", "7.63"), "Norwich": ("52.63", "1.30"), "Porto": ("41.15", "-8.61"),
    "Salamanca": ("40.97", "-5.66"), "Setúbal": ("38.52", "-8.89"), "Sevilla": ("37.39", "-5.98"),
    "Sheffield": ("53.38", "-1.47"), "St. Gallen": ("47.42", "9.38"), "Vigo": ("42.24", "-8.72"), "Wien": ("48.21", "16.37"),
    "York": ("53.96", "-1.08"), "Zaragoza": ("41.65", "-0.88"),
}  # fmt: skip
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


def place_deals(staff: Mapping[str, User], *, at: datetime) -> None:
    """Firms with open deals stand in their towns, but for two in seven, of which nobody has said where they are."""
    firms = Customer.objects.living().filter(kind=CustomerKind.COMPANY, city__in=TOWNS, members__spot=None)
    wanted = firms.filter(pk__in=Deal.objects.open().values("member__customer")).order_by("pk")
    for number, one in enumerate(wanted):
        if number % 7 in {2, 5}:
            continue
        north, east = (Decimal(part) for part in TOWNS[one.city])
        near = north + (number * 37 % 100 - 50) * SPREAD, east + (number * 61 % 100 - 50) * SPREAD
        mark_spot(one, *near, means=Spot.Means.HAND, by=staff["Ana"], at=at - timedelta(days=30))


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
