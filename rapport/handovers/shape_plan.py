"""Shape how a business hands over: begin with a common plan, change its parts, put them in order, retire them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy

from rapport.handovers.plan import Duty, Known, Plan, Point, Station
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

Part = Plan | Station | Point | Duty
# A common way: station, hours to answer, its points (words, must be there, what they begin with), what is done first.
COMMON: Sequence[tuple[Any, int, Sequence[tuple[Any, bool, Known]], Sequence[tuple[Any, int]]]] = (
    (
        gettext_lazy("Onboarding"),
        24,
        (
            (gettext_lazy("What they bought"), True, Known.LINES),
            (gettext_lazy("What was promised beyond the quote"), True, Known.NOTES),
            (gettext_lazy("Who is who on their side"), True, Known.CONTACTS),
            (gettext_lazy("Deadlines"), True, Known.DAYS),
            (gettext_lazy("Special conditions"), False, Known.QUOTE),
            (gettext_lazy("Risks"), False, Known.NOTHING),
        ),
        ((gettext_lazy("Introduce yourself to them"), 1), (gettext_lazy("Agree on a day to begin"), 3)),
    ),
    (
        gettext_lazy("Service"),
        48,
        (
            (gettext_lazy("What was set up, and where"), True, Known.LINES),
            (gettext_lazy("What is still open"), True, Known.DAYS),
            (gettext_lazy("What they care about"), False, Known.NOTHING),
        ),
        ((gettext_lazy("Ask whether all works as promised"), 30),),
    ),
)


@transaction.atomic
def begin_plan(plan: Plan, *, by: User, at: datetime) -> Plan:
    """Keep a new plan with the common stations, in the reader's language."""
    plan.save()
    for place, (name, hours, points, duties) in enumerate(COMMON):
        station = Station.objects.create(plan=plan, name=str(name), hours=hours, place=place)
        Point.objects.bulk_create(
            Point(station=station, name=str(words), required=required, known=known, place=number)
            for number, (words, required, known) in enumerate(points)
        )
        Duty.objects.bulk_create(
            Duty(station=station, name=str(words), days=days, place=number)
            for number, (words, days) in enumerate(duties)
        )
    told(plan, by=by, at=at)
    return plan


@transaction.atomic
def keep_part(part: Part, *, by: User, at: datetime) -> None:
    """Keep a plan or a part of one as it is now; a new part is the last of its kind."""
    if not isinstance(part, Plan) and part._state.adding:  # noqa: SLF001 - as Django tells a new row
        part.place = (beside(part).aggregate(last=Max("place"))["last"] or 0) + 1
    part.save()
    told(part, by=by, at=at)


@transaction.atomic
def retire_part(part: Part, *, by: User, at: datetime) -> None:
    """Take it out of use; hand-overs that went by it stay as they are, and go on."""
    part.retired_at = at
    part.save(update_fields=["retired_at"])
    told(part, by=by, at=at)


@transaction.atomic
def put_part(part: Station | Point | Duty, way: int, *, by: User, at: datetime) -> None:
    """One place further up (-1) or down (1) among its like."""
    Plan.objects.select_for_update().get(pk=plan_of(part))
    order = list(beside(part).filter(retired_at=None).order_by("place", "pk"))
    place = next((number for number, one in enumerate(order) if one.pk == part.pk), None)
    if place is None:
        return
    order.insert(max(0, min(len(order) - 1, place + way)), order.pop(place))
    for number, one in enumerate(order):
        one.place = number
    type(part)._default_manager.bulk_update(order, ["place"])  # noqa: SLF001
    told(part, by=by, at=at)


def beside(part: Station | Point | Duty) -> QuerySet[Any]:
    """Its like: the stations of its plan, the points or the first tasks of its station."""
    if isinstance(part, Station):
        return Station.objects.filter(plan=part.plan_id)
    kind: QuerySet[Any] = Point.objects.all() if isinstance(part, Point) else Duty.objects.all()
    return kind.filter(station=part.station_id)


def plan_of(part: Part) -> int:
    if isinstance(part, Plan):
        return part.pk
    return part.plan_id if isinstance(part, Station) else part.station.plan_id


def told(part: Part, *, by: User, at: datetime) -> None:
    record(Fact.HANDOVER_PLANS_CHANGED, [plan_of(part)], by=by, at=at)
