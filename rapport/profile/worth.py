"""Read what a customer spent and how often we were in touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.consent.marks import MARKS
from rapport.customers.models import Condition, Figure
from rapport.sales.figures import GAP, ORDERS, SPEND
from rapport.sales.order import Order
from rapport.timeline.models import ChannelChoice, Spend, Tally
from rapport.timeline.silence import SILENT, in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MONTHS = 12
WIDTH, HEIGHT, EDGE = 96, 36, 2
FIGURES: "dict[str, StrOrPromise]" = {
    SPEND: gettext_lazy("Spent, 12 months"),
    ORDERS: gettext_lazy("Orders, 12 months"),
    GAP: gettext_lazy("Between two orders"),
}
UNITS: "dict[str, StrOrPromise]" = {"days": gettext_lazy("days")}
CONDITIONS: "dict[str, StrOrPromise]" = {SILENT: gettext_lazy("silent"), **MARKS}


@dataclass(frozen=True)
class Trend:
    """Spend per month, oldest first, as a small line with its reading in words."""

    months: tuple[tuple[date, Decimal], ...]
    currency: str

    @property
    def points(self) -> str:
        """The line in a box of `WIDTH` by `HEIGHT`."""
        values = [max(value, Decimal(0)) for _month, value in self.months]
        top = max(values) or Decimal(1)
        step = (WIDTH - 2 * EDGE) / (len(values) - 1)
        room = HEIGHT - 2 * EDGE
        return " ".join(
            f"{EDGE + place * step:.1f},{HEIGHT - EDGE - float(value / top) * room:.1f}"
            for place, value in enumerate(values)
        )

    @property
    def half_years(self) -> tuple[Decimal, Decimal]:
        half = len(self.months) // 2
        first, second = (
            sum((value for _m, value in part), Decimal(0)) for part in (self.months[:half], self.months[half:])
        )
        return first, second

    @property
    def reading(self) -> str:
        """What the line shows, in words."""
        before, lately = self.half_years
        if not before and not lately:
            return _("no orders in 12 months")
        if lately > before * Decimal("1.1"):
            return _("rising over 12 months")
        if lately < before * Decimal("0.9"):
            return _("falling over 12 months")
        return _("steady over 12 months")


@dataclass(frozen=True)
class Total:
    currency: str
    amount: Decimal
    count: int


@dataclass(frozen=True)
class Known:
    """A figure that a room computed, with its name for people."""

    title: "StrOrPromise"
    value: Decimal
    unit: "StrOrPromise"
    computed_at: datetime
    is_money: bool


@dataclass(frozen=True)
class State:
    """A condition that holds, in the reader's words."""

    name: "StrOrPromise"
    since: datetime
    evidence: str


@dataclass(frozen=True)
class Worth:
    """What was spent per currency, the largest first; orders; the last twelve months; computed figures."""

    totals: tuple[Total, ...]
    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    trend: Trend | None
    figures: tuple[Known, ...]


def worth_of(customer_id: int, member_ids: Sequence[int], *, at: datetime) -> Worth | None:
    """None when there is nothing to say."""
    spent = Spend.objects.filter(member__in=member_ids).values_list("currency")
    totals = [Total(*row) for row in spent.annotate(Sum("total"), Sum("count")).order_by("-total__sum")]
    orders = Order.objects.filter(member__in=member_ids).aggregate(
        count=Count("pk"), first=Min("ordered_at"), last=Max("ordered_at")
    )
    figures = tuple(known(one) for one in Figure.objects.filter(customer=customer_id).order_by("name", "unit"))
    if not totals and not orders["count"] and not figures:
        return None
    trend = trend_of(member_ids, totals[0].currency, at=at) if totals and orders["count"] else None
    return Worth(tuple(totals), orders["count"], orders["first"], orders["last"], trend, figures)


def figures_with(customer_id: int, member_ids: Sequence[int]) -> list[QuerySet[Any]]:
    """What the worth of a customer is told from."""
    theirs = (model.objects.filter(member__in=member_ids) for model in (Spend, Order))
    return [*theirs, Figure.objects.filter(customer=customer_id)]


def known(one: Figure) -> Known:
    is_money = len(one.unit) == 3 and one.unit.isupper()  # noqa: PLR2004
    title = FIGURES.get(one.name, one.name.capitalize())
    return Known(title, one.value, UNITS.get(one.unit, one.unit), one.computed_at, is_money)


def trend_of(member_ids: Sequence[int], currency: str, *, at: datetime) -> Trend:
    """Orders in one currency, month by month in the reader's zone, this month last."""
    months = last_months(timezone.localdate(at))
    start = timezone.make_aware(datetime.combine(months[0], datetime.min.time()))
    rows = (
        Order.objects.filter(member__in=member_ids, currency=currency, ordered_at__gte=start, ordered_at__lte=at)
        .annotate(month=TruncMonth("ordered_at"))
        .values_list("month")
        .annotate(Sum("total"))
        .order_by("month")
    )
    spent = {timezone.localtime(month).date(): total for month, total in rows}
    return Trend(tuple((month, spent.get(month, Decimal(0))) for month in months), currency)


def last_months(today: date) -> list[date]:
    count = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(count - MONTHS + 1, count + 1)]


@dataclass(frozen=True)
class Habit:
    """How often a channel was used each way, and when last."""

    channel: str
    inbound: int
    outbound: int
    last_at: datetime

    @property
    def title(self) -> str:
        return str(ChannelChoice(self.channel).label)


def tallies_with(member_ids: Sequence[int]) -> QuerySet[Tally]:
    return Tally.objects.filter(member__in=member_ids).exclude(direction="internal")


def habits_of(tallies: Sequence[Tally]) -> list[Habit]:
    """The channels by use, those among ourselves left out."""
    habits: dict[str, Habit] = {}
    for one in tallies:
        if one.direction == "internal":
            continue
        known = habits.get(one.channel, Habit(one.channel, 0, 0, one.last_at))
        inbound = known.inbound + (one.count if one.direction == "inbound" else 0)
        outbound = known.outbound + (one.count if one.direction == "outbound" else 0)
        habits[one.channel] = Habit(one.channel, inbound, outbound, max(known.last_at, one.last_at))
    return sorted(habits.values(), key=lambda one: (-(one.inbound + one.outbound), one.channel))


def conditions_of(customer_id: int) -> list[State]:
    return [
        State(CONDITIONS.get(one.name, one.name), one.since, in_words(one.evidence))
        for one in holding(customer_id).order_by("-since")
    ]


def holding(customer_id: int) -> QuerySet[Condition]:
    return Condition.objects.filter(customer=customer_id, until=None)
