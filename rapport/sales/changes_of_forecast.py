"""Compare a period's deals with how they stood on an earlier day: what came, went, grew, slipped, was won or lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy

from rapport.sales.convert import Rates
from rapport.sales.deal import Deal
from rapport.sales.outlook import Category, category
from rapport.sales.period import Period
from rapport.sales.pipeline import End
from rapport.sales.standing import Standing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING = Decimal(0)
MOST = 20_000
WHY: "dict[str, StrOrPromise]" = {
    "won": gettext_lazy("Won"),
    "lost": gettext_lazy("Lost"),
    "new": gettext_lazy("New"),
    "pulled in": gettext_lazy("Pulled in from another period"),
    "slipped": gettext_lazy("Slipped to another period"),
    "put in": gettext_lazy("Put into the forecast"),
    "left out": gettext_lazy("Left out of the forecast"),
    "more": gettext_lazy("Amount raised"),
    "less": gettext_lazy("Amount lowered"),
    "rate": gettext_lazy("Rate changed"),
    "category": gettext_lazy("Other category"),
    "moved": gettext_lazy("Other stage"),
    "day": gettext_lazy("Other day in the period"),
}
WERE = ("amount", "currency", "closes_on", "closed_on", "won", "category", "stage_id")


@dataclass(frozen=True)
class Stood:
    """How a deal stood, or stands."""

    amount: Decimal | None
    currency: str
    closes_on: date | None
    closed_on: date | None
    won: bool
    category: str
    stage_id: int

    def counts(self, period: Period) -> bool:
        """Whether it is of that period's forecast: won in it, or open, expected in it and not left out."""
        if self.closed_on:
            return self.won and period.first <= self.closed_on < period.end
        return self.expected(period) and self.category != Category.OMITTED

    def expected(self, period: Period) -> bool:
        return self.closes_on is not None and period.first <= self.closes_on < period.end

    def worth(self, rates: Rates, day: date) -> Decimal:
        rate = rates.at(self.currency, self.closed_on or day) if self.currency else None
        return self.amount * rate if rate is not None and self.amount is not None else NOTHING


@dataclass(frozen=True)
class Change:
    """A deal that is otherwise: why, by how much the forecast changed by it, and from what to what."""

    deal_id: int
    name: str
    owner_id: int
    why: str
    effect: Decimal
    was: Stood | None
    now: Stood

    @property
    def words(self) -> "StrOrPromise":
        return WHY[self.why]


@dataclass(frozen=True)
class Changes:
    """``before`` plus the effects of all changes is ``now``; None where nothing was written down for that day yet."""

    since: date
    before: Decimal
    now: Decimal
    changes: Sequence[Change]

    def steps(self) -> list[tuple[str, "StrOrPromise", int, Decimal]]:
        """For each reason: how many deals, and what they changed together."""
        found = [(why, words, [one for one in self.changes if one.why == why]) for why, words in WHY.items()]
        return [
            (why, words, len(theirs), sum((one.effect for one in theirs), NOTHING))
            for why, words, theirs in found
            if theirs
        ]


def first_day() -> date | None:
    """The first day of which something was written down."""
    return Standing.objects.order_by("since").values_list("since", flat=True).first()


def changes_since(day: date, deals: QuerySet[Deal], period: Period, *, rates: Rates, today: date) -> Changes | None:
    """``deals`` are those that somebody may see: what else changed is not told. None when the day is too early."""
    begun = first_day()
    if begun is None or day < begun:
        return None
    changes = [one for row in both(day, deals, period) if (one := compared(row, period, rates, day, today))]
    before = sum((one.was.worth(rates, day) for one in changes if one.was and one.was.counts(period)), NOTHING)
    now = sum((one.now.worth(rates, today) for one in changes if one.now.counts(period)), NOTHING)
    # What did not change counts on both sides.
    told = [one for one in changes if one.why]
    told.sort(key=lambda one: (-abs(one.effect), one.name, one.deal_id))
    return Changes(day, before, now, told)


def both(day: date, deals: QuerySet[Deal], period: Period) -> list[tuple[Any, ...]]:
    """Each deal that is of the period now, or was then, with how it stands and how it stood."""
    then = Standing.objects.on(day).filter(deal=OuterRef("pk"))
    won = Case(
        When(stage__end=End.WON, then=Value(value=True)), default=Value(value=False), output_field=BooleanField()
    )
    of_then = Q(was_closes_on__gte=period.first, was_closes_on__lt=period.end) | Q(
        was_closed_on__gte=period.first, was_closed_on__lt=period.end
    )
    of_now = Q(closes_on__gte=period.first, closes_on__lt=period.end) | Q(
        closed_on__gte=period.first, closed_on__lt=period.end
    )
    rows = (
        deals.order_by()
        .annotate(closed_on=TruncDate("closed_at"), opened_on=TruncDate("opened_at"), wins=won, outlook_is=category())
        .annotate(**{f"was_{name}": Subquery(then.values(name)[:1]) for name in WERE})
        .filter(of_then | of_now)
    )
    return list(
        rows.values_list(
            *(
                "pk",
                "name",
                "owner_id",
                "opened_on",
                "amount",
                "currency",
                "closes_on",
                "closed_on",
                "wins",
                "outlook_is",
            ),
            *("stage_id", *(f"was_{name}" for name in WERE)),
        )[:MOST]
    )


def compared(row: tuple[Any, ...], period: Period, rates: Rates, day: date, today: date) -> Change | None:
    pk, name, owner_id, opened_on, *told = row
    now, then = Stood(*told[:7]), told[7:]
    was = Stood(*then) if then[-1] is not None else None
    counted, counts = was is not None and was.counts(period), now.counts(period)
    if not counted and not counts:
        return None
    before = was.worth(rates, day) if was and counted else NOTHING
    after = now.worth(rates, today) if counts else NOTHING
    return Change(
        pk, name, owner_id, reason(was, now, period, before, after, opened_on > day), after - before, was, now
    )


def reason(was: Stood | None, now: Stood, period: Period, before: Decimal, after: Decimal, new: bool) -> str:  # noqa: FBT001, PLR0911
    """The one that tells most; nothing when it is as it was."""
    if now.closed_on and not (was and was.closed_on):
        return "won" if now.won else "lost"
    if was is None or new:
        return "new"
    if not was.counts(period):
        return "put in" if was.expected(period) else "pulled in"
    if not now.counts(period):
        return "left out" if now.expected(period) and not now.closed_on else "lost" if now.closed_on else "slipped"
    if was.amount != now.amount or was.currency != now.currency:
        return "more" if after >= before else "less"
    if before != after:
        return "rate"
    if was.category != now.category:
        return "category"
    if was.stage_id != now.stage_id:
        return "moved"
    return "day" if was.closes_on != now.closes_on else ""
