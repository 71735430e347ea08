"""The deals of a pipeline as a board: a column for each stage, what lies in it, and the cards that need somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, RowNumber

from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.pipeline import End, Pipeline, Stage
from rapport.sales.stalls import stalls
from rapport.timeline.names import Named, named

FIRST, MORE = 20, 50
# What has no next step comes first, then what is due.
ORDER = (F("next_step_on").asc(nulls_first=True), F("closes_on").asc(nulls_last=True), F("pk").asc())


@dataclass(frozen=True)
class Card:
    """A deal on the board; no customer where its reader may not see it."""

    deal: Deal
    customer: Named | None
    stalls: Sequence[str]


@dataclass(frozen=True)
class Worth:
    """What lies in a column in one currency, and the same weighted by how likely it is."""

    currency: str
    amount: Decimal
    weighted: Decimal


@dataclass
class Column:
    """A stage of the board; `rest` deals are in it that are not shown."""

    stage: Stage
    number: int = 0
    worth: list[Worth] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    @property
    def rest(self) -> int:
        return self.number - len(self.cards)


@dataclass(frozen=True)
class Board:
    """Open stages as columns; `ends` are the stages in which a deal is won or lost."""

    pipeline: Pipeline
    columns: Sequence[Column]
    ends: Sequence[Stage]

    @property
    def number(self) -> int:
        return sum(one.number for one in self.columns)

    @property
    def worth(self) -> list[Worth]:
        """Of all columns together, the largest first."""
        return together([worth for column in self.columns for worth in column.worth])


def board_of(pipeline: Pipeline, deals: QuerySet[Deal], *, reader: User, at: datetime) -> Board:
    """The open ones of ``deals`` in ``pipeline``, in five queries however many there are."""
    stages = list(pipeline.stages.filter(retired_at=None).order_by("place", "pk"))
    columns = {one.pk: Column(one) for one in stages if one.end == End.OPEN}
    theirs = deals.filter(pipeline=pipeline, closed_at=None, stage__in=columns)
    sums = (
        theirs.order_by()
        .values("stage", "currency")
        .annotate(number=Count("pk"), total=Sum("amount"), weighted=Sum(F("amount") * chance() / 100))
    )
    for row in sums:
        column = columns[row["stage"]]
        column.number += row["number"]
        if row["total"] is not None:
            column.worth.append(Worth(row["currency"], row["total"], row["weighted"]))
    for column in columns.values():
        column.worth = together(column.worth)
    place = Window(RowNumber(), partition_by="stage", order_by=ORDER)
    shown = theirs.annotate(place=place).filter(place__lte=FIRST).order_by("place")
    for card in cards(shown, stages, reader=reader, at=at):
        columns[card.deal.stage_id].cards.append(card)
    return Board(pipeline, list(columns.values()), [one for one in stages if one.end != End.OPEN])


def more_of(stage: Stage, deals: QuerySet[Deal], *, after: int, reader: User, at: datetime) -> list[Card]:
    """Up to `MORE` further cards of a column, behind the first ``after``."""
    theirs = deals.filter(stage=stage, closed_at=None).order_by(*ORDER)
    return cards(theirs[after : after + MORE], [stage], reader=reader, at=at)


def cards(deals: QuerySet[Deal], stages: Sequence[Stage], *, reader: User, at: datetime) -> list[Card]:
    found, known = list(deals.select_related("owner")), {one.pk: one for one in stages}
    names = named((one.member_id for one in found), reader=reader)
    for one in found:
        one.stage = known[one.stage_id]
    return [Card(one, names.get(one.member_id or 0), stalls(one, at=at)) for one in found]


def chance() -> Any:
    """The probability of a deal in percent: its own, else that of its stage."""
    return Coalesce("probability", "stage__probability")


def together(parts: Sequence[Worth]) -> list[Worth]:
    """One for each currency, the largest first."""
    sums: dict[str, Worth] = {}
    for one in parts:
        so_far = sums.get(one.currency, Worth(one.currency, Decimal(0), Decimal(0)))
        sums[one.currency] = Worth(one.currency, so_far.amount + one.amount, so_far.weighted + one.weighted)
    return sorted(sums.values(), key=lambda one: (-one.amount, one.currency))
