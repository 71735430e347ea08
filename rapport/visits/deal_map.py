"""Open deals on a map: a point for each customer whose place is known, as large as what is open with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil, cos, floor, radians, sqrt

from django.db.models import Count, F, Q, QuerySet, Sum

from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.people.models import User
from rapport.sales.convert import Rates
from rapport.sales.deal import Deal, stalled
from rapport.visits.day import points_of
from rapport.visits.route import Point

MOST, NAMED = 300, 14
WIDE, EDGE = 960.0, 48.0
LOWEST, HIGHEST = 360.0, 720.0
SMALLEST, LARGEST = 6.0, 26.0
# Degrees between two lines, of which a map takes the first that leaves it few enough.
STEPS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
MOST_LINES = 7
# A name takes so much room: beside it another would be unreadable.
ROOM = (120.0, 26.0)


@dataclass(frozen=True)
class Place:
    """A customer with open deals: where on the picture, in its units, and how large; none where nobody knows."""

    customer: Customer
    number: int
    worth: Decimal | None
    stalled: int
    x: float = 0.0
    y: float = 0.0
    radius: float = SMALLEST
    known: bool = False
    named: bool = False


@dataclass(frozen=True)
class Line:
    """A line of latitude or longitude, with its degrees in words."""

    at: float
    words: str


@dataclass(frozen=True)
class Map:
    """The customers with the most open, on a picture of `width` × `height`; `beyond` further ones are not on it."""

    places: Sequence[Place]
    unknown: Sequence[Place]
    beyond: int
    currency: str
    width: float = WIDE
    height: float = LOWEST
    across: Sequence[Line] = ()
    down: Sequence[Line] = ()


def map_of(deals: QuerySet[Deal], *, rates: Rates, reader: User, today: date, at: datetime) -> Map:
    """Of the open ones of ``deals``, in a fixed number of queries."""
    theirs = deals.filter(closed_at=None, member__isnull=False).order_by()
    rows = list(
        theirs.values("member__customer")
        .annotate(
            number=Count("pk"),
            worth=Sum(F("amount") * rates.factor(today)),
            late=Count("pk", filter=Q(stalled(at=at, today=today))),
        )
        .order_by(F("worth").desc(nulls_last=True), "member__customer")[: MOST + 1]
    )
    beyond = theirs.aggregate(whole=Count("member__customer", distinct=True))["whole"] - MOST if len(rows) > MOST else 0
    rows = rows[:MOST]
    ids = [row["member__customer"] for row in rows]
    seen = Customer.objects.visible_to(reader).in_bulk(ids)
    customers = {one.pk: one for one in thinned(seen.values(), reader=reader)}
    points = points_of(ids, reader=reader)
    places = [
        Place(customers[row["member__customer"]], row["number"], row["worth"], row["late"])
        for row in rows
        if row["member__customer"] in customers
    ]
    known = [one for one in places if one.customer.pk in points]
    unknown = [one for one in places if one.customer.pk not in points]
    return drawn(known, unknown, points=[points[one.customer.pk] for one in known], beyond=beyond, currency=rates.home)


def drawn(
    known: Sequence[Place], unknown: Sequence[Place], *, points: Sequence[Point], beyond: int, currency: str
) -> Map:
    """Each place where it belongs: degrees of longitude shrink with the latitude in the middle of the picture."""
    if not points:
        return Map([], unknown, beyond, currency)
    sheet = Sheet.around(points)
    most = max((one.worth or Decimal(0) for one in known), default=Decimal(0))
    put: list[Place] = []
    taken: list[tuple[float, float]] = []
    for one, point in zip(known, points, strict=True):
        x, y = sheet.x(point.longitude), sheet.y(point.latitude)
        free = all(abs(x - left) > ROOM[0] or abs(y - top) > ROOM[1] for left, top in taken)
        named = free and len(taken) < NAMED
        if named:
            taken.append((x, y))
        share = sqrt(float((one.worth or Decimal(0)) / most)) if most else 0.0
        radius = SMALLEST + (LARGEST - SMALLEST) * share
        put.append(Place(one.customer, one.number, one.worth, one.stalled, x, y, radius, known=True, named=named))
    return Map(put, unknown, beyond, currency, WIDE, sheet.height, sheet.across(), sheet.down())


@dataclass(frozen=True)
class Sheet:
    """What part of the earth a picture shows, in degrees, and how many units a degree of latitude takes."""

    north: float
    west: float
    scale: float
    squeeze: float
    height: float

    @classmethod
    def around(cls, points: Sequence[Point]) -> "Sheet":
        north, south = max(one.latitude for one in points), min(one.latitude for one in points)
        east, west = max(one.longitude for one in points), min(one.longitude for one in points)
        squeeze = max(cos(radians((north + south) / 2)), 0.05)
        # One place alone is shown with what lies some ten kilometres around it.
        tall, broad = max(north - south, 0.1), max((east - west) * squeeze, 0.1)
        scale = min((WIDE - 2 * EDGE) / broad, (HIGHEST - 2 * EDGE) / tall)
        height = max(tall * scale + 2 * EDGE, LOWEST)
        left = (WIDE - (east - west) * squeeze * scale) / 2
        top = (height - (north - south) * scale) / 2
        return cls(north + top / scale, west - left / scale / squeeze, scale, squeeze, height)

    def x(self, longitude: float) -> float:
        return round((longitude - self.west) * self.squeeze * self.scale, 1)

    def y(self, latitude: float) -> float:
        return round((self.north - latitude) * self.scale, 1)

    def across(self) -> list[Line]:
        south = self.north - self.height / self.scale
        return [Line(self.y(one), words(one, "N", "S")) for one in lines(south, self.north)]

    def down(self) -> list[Line]:
        east = self.west + WIDE / self.scale / self.squeeze
        return [Line(self.x(one), words(one, "E", "W")) for one in lines(self.west, east)]


def lines(low: float, high: float) -> list[float]:
    """Round degrees between two, few enough to be read."""
    step = next((one for one in STEPS if (high - low) / one <= MOST_LINES), STEPS[-1])
    return [round(number * step, 2) for number in range(ceil(low / step), floor(high / step) + 1)]


def words(degrees: float, positive: str, negative: str) -> str:
    return f"{abs(degrees):g}°{positive if degrees > 0 else negative if degrees < 0 else ''}"
