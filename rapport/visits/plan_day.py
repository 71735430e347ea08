"""Plan a day of visits: in the order of a short way, with time to drive between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.visits.route import Point, in_order, minutes_between

# Where a place is not known: time enough for a town.
USUAL_WAY = 20
STEP = 5


@dataclass(frozen=True)
class Tour:
    """When it begins, how long one stays with each, and where one starts from."""

    begins_at: datetime
    minutes: int
    start: Point | None = None


def in_turn(customers: Sequence[Customer], points: Mapping[int, Point], start: Point | None) -> list[Customer]:
    """Those whose place is known in the order of a short way; the others behind them, as they were chosen."""
    known = [one for one in customers if one.pk in points]
    order = in_order([points[one.pk] for one in known], start)
    return [*(known[place] for place in order), *(one for one in customers if one.pk not in points)]


def moments(customers: Sequence[Customer], points: Mapping[int, Point], tour: Tour) -> list[datetime]:
    """When each visit begins, in whole five minutes; the first one at the beginning, whatever the way to it."""
    found: list[datetime] = []
    free, here = tour.begins_at, None
    for one in customers:
        there = points.get(one.pk)
        if found:
            way = minutes_between(here, there) if here and there else USUAL_WAY
            free += timedelta(minutes=STEP * ceil(way / STEP))
        found.append(free)
        free += timedelta(minutes=tour.minutes)
        here = there
    return found


@transaction.atomic
def plan_day(
    customers: Sequence[Customer], points: Mapping[int, Point], tour: Tour, *, key: UUID, by: User, at: datetime
) -> list[Meeting]:
    """The visits in their order; asked for twice with one ``key`` they stay the same."""
    turn = in_turn(customers, points, tour.start)
    stay = timedelta(minutes=tour.minutes)
    return [
        plan(
            Wish(
                Kind.MEETING,
                _("Visit: %(name)s") % {"name": one.name},
                begin,
                begin + stay,
                f"{key}-{one.pk}",
                place=address(one)[:1000],
            ),
            customers=[one],
            colleagues=[by],
            by=by,
            at=at,
        )
        for one, begin in zip(turn, moments(turn, points, tour), strict=True)
    ]


def address(customer: Customer) -> str:
    """On one line, as it is written on a letter."""
    town = f"{customer.postcode} {customer.city}".strip()
    return ", ".join(part for part in (customer.street, town) if part)
