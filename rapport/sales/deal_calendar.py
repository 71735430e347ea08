"""The open deals of a month as a calendar: each day with what is expected, or due, on it."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy

from rapport.people.models import User
from rapport.sales.board import Card, Worth, cards, chance, together
from rapport.sales.deal import Deal
from rapport.sales.period import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEEK, FIRST = 7, 4


@dataclass(frozen=True)
class ByDay:
    """Which day of a deal counts: ``field`` holds it, ``name`` is its condition in the list of deals."""

    name: str
    label: "StrOrPromise"
    field: str


BY_DAYS = (
    ByDay("closes", gettext_lazy("Expected to close"), "closes_on"),
    ByDay("due", gettext_lazy("Next step"), "next_step_on"),
)


@dataclass
class Day:
    """A day of the calendar; `inside`: it belongs to the month; `query`: the list of its deals."""

    day: date
    inside: bool
    query: str
    number: int = 0
    worth: list[Worth] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    @property
    def rest(self) -> int:
        return self.number - len(self.cards)


@dataclass(frozen=True)
class Month:
    """Whole weeks around a month. What is overdue or has no day is counted beside it, each with the query of its list."""

    period: Period
    by: ByDay
    weeks: Sequence[Sequence[Day]]
    overdue: int
    overdue_query: str
    without: int
    without_query: str

    @property
    def names(self) -> list[date]:
        """The days of a week, as their columns are called."""
        return [one.day for one in self.weeks[0]]

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week]

    @property
    def number(self) -> int:
        return sum(one.number for one in self.days if one.inside)

    @property
    def worth(self) -> list[Worth]:
        return together([worth for one in self.days if one.inside for worth in one.worth])


def month_of(deals: QuerySet[Deal], period: Period, by: ByDay, *, reader: User, today: date, at: datetime) -> Month:
    """The open ones of ``deals``, in four queries however many there are."""
    theirs = deals.filter(closed_at=None).order_by()
    whole = theirs.aggregate(
        overdue=Count("pk", filter=before(by, today)), without=Count("pk", filter=before(by, None))
    )
    days = around(period, by)
    shown = theirs.filter(**{f"{by.field}__range": (min(days), max(days))}).annotate(on=F(by.field))
    sums = shown.values("on", "currency").annotate(
        number=Count("pk"), total=Sum("amount"), weighted=Sum(F("amount") * chance() / 100)
    )
    for row in sums:
        day = days[row["on"]]
        day.number += row["number"]
        if row["total"] is not None:
            day.worth = together([*day.worth, Worth(row["currency"], row["total"], row["weighted"])])
    largest = (F("amount").desc(nulls_last=True), F("pk").asc())
    first = shown.annotate(place=Window(RowNumber(), partition_by="on", order_by=largest)).filter(place__lte=FIRST)
    for card in cards(first.select_related("stage").order_by("place"), reader=reader, at=at):
        days[getattr(card.deal, by.field)].cards.append(card)
    ordered = list(days.values())
    return Month(
        period,
        by,
        [ordered[start : start + WEEK] for start in range(0, len(ordered), WEEK)],
        whole["overdue"],
        urlencode({"state": "open", f"{by.name}.before": today.isoformat()}),
        whole["without"],
        urlencode({"state": "open", f"{by.name}.empty": "yes"}),
    )


def before(by: ByDay, day: date | None) -> Q:
    """Which lie before ``day``; with None, which have no day at all."""
    return Q(**{f"{by.field}__lt": day}) if day else Q(**{by.field: None})


def around(period: Period, by: ByDay) -> dict[date, Day]:
    """The days of the weeks that touch a month, in order; a week begins on Monday (ISO 8601)."""
    days = [
        day for week in calendar.Calendar().monthdatescalendar(period.first.year, period.first.month) for day in week
    ]
    return {
        day: Day(day, period.first <= day < period.end, urlencode({"state": "open", f"{by.name}.on": day.isoformat()}))
        for day in days
    }
