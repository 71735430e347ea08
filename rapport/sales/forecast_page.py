"""Read all that the page of a forecast shows: sums by group beside their targets, what changed, and what is likely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from rapport.people.models import User
from rapport.sales.convert import Rates
from rapport.sales.deal import Deal
from rapport.sales.forecast import WON, Line, Sums, lines_of, open_in, rolled_up, together
from rapport.sales.forecast_by import NO_PRODUCT, By
from rapport.sales.forecast_of_products import by_product
from rapport.sales.outlook import Category
from rapport.sales.period import Period
from rapport.sales.pipeline import Pipeline
from rapport.sales.simulate import ONE_BY_ONE, RUNS, Range, Stock, range_of, simulate
from rapport.sales.stage_behaviour import LEAST, lately
from rapport.sales.targets_of import Targets

WEEK = 7


@dataclass(frozen=True)
class Goal:
    """A sum beside its target. ``gap`` is what is still to be won; `coverage` how many times what is open would fill it."""

    target: Decimal
    sums: Sums

    @property
    def attained(self) -> Decimal | None:
        return self.sums.won / self.target if self.target else None

    @property
    def gap(self) -> Decimal:
        return max(Decimal(0), self.target - self.sums.won)

    @property
    def coverage(self) -> Decimal | None:
        return self.sums.open / self.gap if self.gap else None

    @property
    def forecast(self) -> Decimal | None:
        """What share of the target won and commit make together."""
        return self.sums.commit / self.target if self.target else None


@dataclass(frozen=True)
class Row:
    line: Line
    goal: Goal | None


@dataclass(frozen=True)
class Forecast:
    rows: Sequence[Row]
    whole: Sums
    goal: Goal | None


@dataclass(frozen=True)
class Outcome:
    """What a simulation says, or of which pipelines too little is known to say anything: how many ended, of how many needed."""

    range: Range | None
    ended: int = 0
    short: Sequence[tuple[str, int]] = ()
    needed: int = LEAST


def counted(reader: User, pipeline: Pipeline | None = None) -> QuerySet[Deal]:
    """The deals over which somebody's forecast is made."""
    deals = Deal.objects.all_visible_to(reader)
    return deals.filter(pipeline=pipeline) if pipeline else deals


def forecast_of(
    deals: QuerySet[Deal], period: Period, by: By, *, rates: Rates, targets: Targets, reader: User, today: date
) -> Forecast:
    if by.name == "product":
        groups: dict[Any, Sums] = dict(by_product(deals, period, rates=rates, today=today))
        # A deal of several products stands in several groups.
        whole = together(rolled_up(deals, period, NO_PRODUCT, rates=rates, today=today).values())
    else:
        groups = rolled_up(deals, period, by, rates=rates, today=today)
        whole = together(groups.values())
    known = {"owner": targets.users, "unit": targets.units}.get(by.name, {})
    if by.name == "owner":
        # Who has a target and no deal yet is shown as well, as far as their reader sees their deals.
        theirs = User.objects.filter(pk__in=[*known], is_active=True)
        for pk in seen_by(theirs, reader):
            groups.setdefault(pk, Sums())
    lines = lines_of(groups, by)
    rows = [Row(one, Goal(known[one.key], one.sums) if one.key in known else None) for one in lines]
    target = whole_target(targets, reader)
    return Forecast(rows, whole, Goal(target, whole) if target else None)


def seen_by(users: QuerySet[User], reader: User) -> list[int]:
    if not reader.sees_all:
        users = users.filter(team__in=reader.teams_seen) | users.filter(pk=reader.pk)
    return list(users.order_by("pk").values_list("pk", flat=True))


def whole_target(targets: Targets, reader: User) -> Decimal:
    """Of the house for who sees all of it; of those whose deals one sees, for the others."""
    people = sum(
        (targets.users[pk] for pk in seen_by(User.objects.filter(pk__in=[*targets.users]), reader)), Decimal(0)
    )
    if not reader.sees_all:
        return people
    return max([people, *targets.units.values()])


def outcome_of(
    deals: QuerySet[Deal], period: Period, whole: Sums, *, rates: Rates, today: date, at: datetime
) -> Outcome:
    """Where the period will end, when deals go on as those before them did; nothing where too little is known."""
    weeks = max(0, (period.end - today).days) / WEEK
    stocks, pipelines = stocks_of(deals, period, rates, today)
    seen = {pk: lately(one, at=at) for pk, one in pipelines.items()}
    short = [(str(pipelines[pk]), one.ended) for pk, one in seen.items() if not one.enough]
    ended = sum(one.ended for one in seen.values())
    if short or not stocks:
        return Outcome(None, ended, short)
    # The same question gets the same answer all day.
    rng = Random(f"{period} {today} {whole.number} {whole.open}")  # noqa: S311
    totals = [float(whole.won)] * RUNS
    for pk, theirs in stocks.items():
        totals = [sum(pair) for pair in zip(totals, simulate(theirs, seen[pk], weeks, rng), strict=True)]
    return Outcome(range_of(totals), ended)


def stocks_of(
    deals: QuerySet[Deal], period: Period, rates: Rates, today: date
) -> tuple[dict[int, dict[int, Stock]], Mapping[int, Pipeline]]:
    """By pipeline and stage what is open in the period, in three queries."""
    valued = (
        deals.filter(open_in(period))
        .exclude(outlook__category=Category.OMITTED)
        .order_by()
        .annotate(worth=F("amount") * rates.factor(today))
        .filter(worth__gt=0)
    )
    place = Window(RowNumber(), partition_by=[F("stage")], order_by=[F("worth").desc(), F("pk").asc()])
    first = valued.annotate(place=place).filter(place__lte=ONE_BY_ONE).values_list("pipeline", "stage", "worth")
    found: dict[int, dict[int, Stock]] = {}
    for pipeline, stage, worth in first:
        found.setdefault(pipeline, {}).setdefault(stage, Stock()).largest.append(float(worth))
    all_of = valued.values_list("pipeline", "stage").annotate(
        number=Count("pk"), total=Sum("worth"), squares=Sum(F("worth") * F("worth"))
    )
    for pipeline, stage, number, total, squares in all_of:
        stock = found[pipeline][stage]
        stock.number = number - len(stock.largest)
        stock.total = max(0.0, float(total) - sum(stock.largest))
        stock.squares = max(0.0, float(squares) - sum(one * one for one in stock.largest))
    return found, Pipeline.objects.in_bulk(found)


def drill(by: By, key: Any, bucket: str, period: Period) -> str:
    """The conditions of the list of deals that choose the deals of a cell."""
    day = "closed" if bucket == WON else "closes"
    told = [("state", "won" if bucket == WON else "open"), (f"{day}.between", f"{period.first}/{period.last}")]
    if bucket not in {WON, ""}:
        told.append(("category", bucket))
    if by.name:
        told.append((by.name, str(key)) if key not in {None, ""} else (f"{by.name}.empty", "yes"))
    return "&".join(f"{name}={value}" for name, value in told)
