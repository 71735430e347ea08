"""Read how far goals are reached: what was ordered by the group since the plan began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import make_aware

from rapport.accounts.ground import Ground
from rapport.accounts.models import Goal, Plan
from rapport.people.models import User
from rapport.sales.order import Order

RECORDS = 500


@dataclass(frozen=True)
class Reached:
    """A goal and its figure today; ``actual`` None where it is not measured. ``share`` in percent of the target."""

    goal: Goal
    until: date
    actual: Decimal | None = None
    share: int | None = None
    passed: int = 0

    @property
    def behind(self) -> bool:
        """Less reached than time has passed."""
        return self.goal.state == Goal.State.OPEN and self.share is not None and self.share < self.passed

    @property
    def bar(self) -> int:
        return min(100, self.share or 0)


def begin(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def counted(plan: Plan, goal: Goal) -> Q:
    """Which orders count for it. A cancellation takes its amount off, and is no order."""
    until = goal.until or plan.ends
    found = Q(ordered_at__gte=begin(plan.starts), ordered_at__lt=begin(until + timedelta(days=1)))
    if goal.measure == Goal.Measure.REVENUE:
        return found & Q(currency=goal.currency)
    return found & Q(total__gte=0)


def orders_of(ground: Ground, *, reader: User) -> QuerySet[Order]:
    known = Order.objects.visible_to(reader).filter(member__in=ground.members)
    return known if reader.allows("sales.view_order") else known.none()


def reached(plan: Plan, goals: Sequence[Goal], ground: Ground, *, reader: User, today: date) -> list[Reached]:
    """How far each is, in one query."""
    asked: dict[str, Sum | Count] = {}
    for goal in goals:
        if goal.measure == Goal.Measure.REVENUE:
            asked[f"goal{goal.pk}"] = Sum("total", filter=counted(plan, goal))
        elif goal.measure:
            asked[f"goal{goal.pk}"] = Count("pk", filter=counted(plan, goal))
    found = orders_of(ground, reader=reader).aggregate(**asked) if asked else {}
    return [one_reached(plan, goal, found, today) for goal in goals]


def one_reached(plan: Plan, goal: Goal, found: dict[str, Decimal | int | None], today: date) -> Reached:
    until = goal.until or plan.ends
    whole = max(1, (until - plan.starts).days)
    passed = min(100, max(0, 100 * (today - plan.starts).days // whole))
    if not goal.measure:
        return Reached(goal, until, passed=passed)
    actual = Decimal(found.get(f"goal{goal.pk}") or 0)
    share = int(100 * actual / goal.target) if goal.target else None
    return Reached(goal, until, actual, share, passed)
