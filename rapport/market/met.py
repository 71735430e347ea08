"""Read in which deals competitors stood against us, and how these ended, by quarter."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncQuarter

from rapport.insight.read_kpi import wilson
from rapport.market.span import Span
from rapport.people.models import User
from rapport.sales.competitor import Rival
from rapport.sales.convert import Rates, all_rates
from rapport.sales.deal import Deal
from rapport.sales.forecast import midnight
from rapport.sales.period import Period, quarter_at
from rapport.sales.pipeline import End

# A share of fewer decided deals says little by itself.
FEW = 10


@dataclass
class Met:
    """How often a competitor was met and how deals with it ended.

    ``met`` deals were opened; ``won`` and ``lost_to`` were decided, between us and them; ``lost`` are lost to somebody
    else or to nobody known. Money by currency, and in ours at the rate of the day on which a deal ended.
    """

    met: int = 0
    won: int = 0
    lost_to: int = 0
    lost: int = 0
    won_worth: Counter[str] = field(default_factory=Counter)
    lost_worth: Counter[str] = field(default_factory=Counter)
    won_home: Decimal = Decimal(0)
    lost_home: Decimal = Decimal(0)
    without: int = 0

    @property
    def decided(self) -> int:
        return self.won + self.lost_to

    @property
    def rate(self) -> Decimal | None:
        """Of the deals decided between us and them, the share that we won."""
        return Decimal(self.won) / self.decided if self.decided else None

    @property
    def between(self) -> tuple[Decimal, Decimal] | None:
        """Where that share lies with 95 % certainty (Wilson)."""
        return wilson(self.rate, self.decided) if self.rate is not None else None

    @property
    def few(self) -> bool:
        return self.decided < FEW

    @property
    def won_sums(self) -> list[tuple[Decimal, str]]:
        return [(Decimal(amount), code) for code, amount in sorted(self.won_worth.items())]

    @property
    def lost_sums(self) -> list[tuple[Decimal, str]]:
        return [(Decimal(amount), code) for code, amount in sorted(self.lost_worth.items())]

    def take(self, other: "Met") -> None:
        for name in ("met", "won", "lost_to", "lost", "won_home", "lost_home", "without"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.won_worth.update(other.won_worth)
        self.lost_worth.update(other.lost_worth)


def rivals(reader: User) -> QuerySet[Rival]:
    """All in deals that ``reader`` may see, asked so that sums over all of them are quick."""
    seen = Deal.objects.all_visible_to(reader)
    return Rival.objects.filter(deal__in=seen.values("pk")).order_by()


def met_by(span: Span, *, reader: User, only: int | None = None) -> dict[int, dict[Period, Met]]:
    """By competitor and quarter; of ``only`` one competitor, or of all. In three queries."""
    found: dict[int, dict[Period, Met]] = defaultdict(lambda: {one: Met() for one in span.quarters})
    known = rivals(reader)
    if only is not None:
        known = known.filter(competitor=only)
    opened = known.filter(deal__opened_at__gte=midnight(span.first), deal__opened_at__lt=midnight(span.end))
    for pk, quarter, number in (
        opened.annotate(quarter=TruncQuarter("deal__opened_at"))
        .values("competitor", "quarter")
        .annotate(number=Count("pk"))
        .values_list("competitor", "quarter", "number")
    ):
        found[pk][quarter_at(quarter.date())].met += number
    closed = known.filter(deal__closed_at__gte=midnight(span.first), deal__closed_at__lt=midnight(span.end))
    rates = all_rates()
    for row in (
        closed.annotate(day=TruncDate("deal__closed_at"))
        .values("competitor", "day", "beat_us", "deal__stage__end", "deal__currency")
        .annotate(number=Count("pk"), valued=Count("deal__amount"), total=Sum("deal__amount"))
    ):
        enter(found[row["competitor"]][quarter_at(row["day"])], row, rates)
    return dict(found)


def enter(met: Met, row: Mapping[str, object], rates: Rates) -> None:
    number, code, day = int(str(row["number"])), str(row["deal__currency"]), row["day"]
    won, beat = row["deal__stage__end"] == End.WON, bool(row["beat_us"])
    if not won and not beat:
        met.lost += number
        return
    if won:
        met.won += number
    else:
        met.lost_to += number
    met.without += number - int(str(row["valued"]))
    total = row["total"]
    if total is None or not isinstance(total, Decimal) or not isinstance(day, date):
        return
    (met.won_worth if won else met.lost_worth)[code] += total  # type: ignore[assignment]
    rate = rates.at(code, day)
    if rate is None:
        met.without += int(str(row["valued"]))
    elif won:
        met.won_home += total * rate
    else:
        met.lost_home += total * rate


def together(parts: Sequence[Met]) -> Met:
    whole = Met()
    for one in parts:
        whole.take(one)
    return whole


def address(competitor: int, span: Span | Period, what: str) -> str:
    """The conditions of the list of deals that show exactly those behind a figure: met, won, lost_to or lost."""
    end = span.end
    if what == "met":
        return f"rival={competitor}&opened.since={span.first}&opened.before={end}"
    closed = f"closed.since={span.first}&closed.before={end}"
    if what == "won":
        return f"rival={competitor}&state=won&{closed}"
    if what == "lost_to":
        return f"lost-to={competitor}&state=lost&{closed}"
    return f"rival={competitor}&state=lost&lost-to.not={competitor}&{closed}"


def within(span: Span) -> Q:
    return Q(deal__opened_at__gte=midnight(span.first), deal__opened_at__lt=midnight(span.end))
