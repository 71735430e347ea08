"""Read what a month or a quarter will bring: won so far, and what is open by category, rolled up as somebody asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.timezone import make_aware

from rapport.people.unit import Unit
from rapport.sales.convert import Rates
from rapport.sales.deal import Deal
from rapport.sales.forecast_by import By
from rapport.sales.outlook import COUNTED, Category, category
from rapport.sales.period import Period
from rapport.sales.pipeline import End

NOTHING = Decimal(0)
WON = "won"
BUCKETS = (WON, *(one.value for one in COUNTED))


@dataclass
class Sums:
    """Amounts in the organisation's currency by bucket, what is open weighted by its probability, and how many deals.

    ``without`` deals hold no amount, or one in a currency without a rate; these ``currencies``.
    """

    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, NOTHING))
    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    weighted: Decimal = NOTHING
    without: int = 0
    currencies: set[str] = field(default_factory=set)

    def add(self, bucket: str, number: int, without: int, amount: Decimal, weighted: Decimal) -> None:
        self.amounts[bucket] += amount
        self.numbers[bucket] += number
        self.weighted += weighted
        self.without += without

    def take(self, other: "Sums") -> None:
        for bucket in BUCKETS:
            self.amounts[bucket] += other.amounts[bucket]
            self.numbers[bucket] += other.numbers[bucket]
        self.weighted += other.weighted
        self.without += other.without
        self.currencies |= other.currencies

    @property
    def won(self) -> Decimal:
        return self.amounts[WON]

    @property
    def commit(self) -> Decimal:
        """What whoever sells stands for: won, and what they commit to."""
        return self.won + self.amounts[Category.COMMIT]

    @property
    def best(self) -> Decimal:
        """The same when the best cases come true as well."""
        return self.commit + self.amounts[Category.BEST]

    @property
    def open(self) -> Decimal:
        return sum((self.amounts[one] for one in COUNTED), NOTHING)

    @property
    def likely(self) -> Decimal:
        """Won, and what is open as likely as it is."""
        return self.won + self.weighted

    @property
    def number(self) -> int:
        return sum(self.numbers.values())


def in_period(period: Period) -> Q:
    """Deals of a period: won in it, or open and expected to close in it."""
    return won_in(period) | open_in(period)


def open_in(period: Period) -> Q:
    return Q(closed_at=None, closes_on__gte=period.first, closes_on__lt=period.end)


def won_in(period: Period) -> Q:
    """As days begin and end for whoever reads it."""
    return Q(stage__end=End.WON, closed_at__gte=midnight(period.first), closed_at__lt=midnight(period.end))


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def rolled_up(deals: QuerySet[Deal], period: Period, by: By, *, rates: Rates, today: date) -> dict[Any, Sums]:
    """The sums of ``deals`` in a period by group, in two queries however many they are."""
    groups: defaultdict[Any, Sums] = defaultdict(Sums)
    open_ones = (
        deals.filter(open_in(period))
        .order_by()
        .annotate(group=by.of, outlook_is=category(), code=F("currency"))
        .values("group", "outlook_is", "code")
        .annotate(
            number=Count("pk"),
            valued=Count("amount"),
            total=Sum("amount"),
            weighted=Sum(F("amount") * Coalesce("probability", "stage__probability", output_field=IntegerField())),
        )
    )
    for row in open_ones:
        if row["outlook_is"] == Category.OMITTED:
            continue
        enter(groups[row["group"]], row["outlook_is"], row, rates, today)
    won_ones = (
        deals.filter(won_in(period))
        .order_by()
        .annotate(group=by.of, day=TruncDate("closed_at"), code=F("currency"))
        .values("group", "day", "code")
        .annotate(number=Count("pk"), valued=Count("amount"), total=Sum("amount"), weighted=Value(None, IntegerField()))
    )
    for row in won_ones:
        enter(groups[row["group"]], WON, row, rates, row["day"])
    return dict(groups)


def enter(sums: Sums, bucket: str, row: Mapping[str, Any], rates: Rates, day: date) -> None:
    rate = rates.at(row["code"], day) if row["code"] else None
    if rate is None:
        sums.add(bucket, row["number"], row["number"], NOTHING, NOTHING)
        if row["code"]:
            sums.currencies.add(row["code"])
        return
    without = row["number"] - row["valued"]
    weighted = (row["weighted"] or 0) * rate / 100
    sums.add(bucket, row["number"], without, (row["total"] or NOTHING) * rate, Decimal(weighted))


def together(parts: Iterable[Sums]) -> Sums:
    whole = Sums()
    for one in parts:
        whole.take(one)
    return whole


@dataclass
class Line:
    """A group of the forecast; of units those below it count in it, and stand a step further in."""

    key: Any
    label: str
    sums: Sums
    depth: int = 0


def lines_of(groups: Mapping[Any, Sums], by: By) -> list[Line]:
    """The largest first; units as they belong to each other."""
    if by.name == "unit":
        return unit_lines(groups)
    names = by.words([one for one in groups if one not in {None, ""}])
    lines = [Line(key, names.get(key, ""), sums) for key, sums in groups.items()]
    return sorted(lines, key=lambda one: (-one.sums.likely, one.label, str(one.key)))


def unit_lines(groups: Mapping[Any, Sums]) -> list[Line]:
    units = list(Unit.objects.order_by("name", "pk"))
    below: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for one in units:
        below[one.parent_id].append(one)
    lines: list[Line] = []

    def walk(unit: Unit, depth: int) -> Sums:
        place, sums = len(lines), Sums()
        if unit.pk in groups:
            sums.take(groups[unit.pk])
        for child in below[unit.pk]:
            sums.take(walk(child, depth + 1))
        if sums.number or depth == 0:
            lines.insert(place, Line(unit.pk, str(unit), sums, depth))
        return sums

    for top in below[None]:
        walk(top, 0)
    if None in groups:
        lines.append(Line(None, "", groups[None]))
    return [one for one in lines if one.sums.number]
