"""The deals of a pipeline as a board: a column for each stage, what lies in it, and the cards that need somebody first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from rapport.lib.names import sort_key
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.lanes import LaneBy
from rapport.sales.pipeline import End, Pipeline, Stage
from rapport.sales.rivals_of import rivals_of
from rapport.sales.stalls import stalls
from rapport.timeline.names import Named, named

FIRST, MORE = 20, 50
# Of a board in lanes: so many of them, and of each column so many cards.
MOST_LANES, FIRST_IN_LANE = 12, 6
# What has no next step comes first, then what is due.
ORDER = (F("next_step_on").asc(nulls_first=True), F("closes_on").asc(nulls_last=True), F("pk").asc())


@dataclass(frozen=True)
class Card:
    """A deal on the board; no customer where its reader may not see it."""

    deal: Deal
    customer: Named | None
    stalls: Sequence[str]
    rivals: Sequence[str] = ()


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
class Lane:
    """Deals of one owner or month, in columns of their own; `query` is the condition of the list of deals that finds them."""

    label: str
    query: str
    columns: Sequence[Column]

    @property
    def number(self) -> int:
        return sum(one.number for one in self.columns)

    @property
    def worth(self) -> list[Worth]:
        return together([worth for column in self.columns for worth in column.worth])


@dataclass(frozen=True)
class Board:
    """Open stages as columns; `ends` are the stages in which a deal is won or lost; lanes only where asked for."""

    pipeline: Pipeline
    columns: Sequence[Column]
    ends: Sequence[Stage]
    by: LaneBy | None = None
    lanes: Sequence[Lane] = ()

    @property
    def number(self) -> int:
        return sum(one.number for one in self.columns)

    @property
    def worth(self) -> list[Worth]:
        """Of all columns together, the largest first."""
        return together([worth for column in self.columns for worth in column.worth])

    @property
    def shown(self) -> Sequence[Column]:
        """All columns with cards in them."""
        return [column for lane in self.lanes for column in lane.columns] if self.by else self.columns

    @property
    def beyond(self) -> int:
        """How many deals lie in lanes that are not shown."""
        return self.number - sum(one.number for one in self.lanes) if self.by else 0


def board_of(
    pipeline: Pipeline, deals: QuerySet[Deal], *, reader: User, at: datetime, by: LaneBy | None = None
) -> Board:
    """The open ones of ``deals`` in ``pipeline``, in six queries however many there are; in lanes in seven."""
    stages = list(pipeline.stages.filter(retired_at=None).order_by("place", "pk"))
    going = [one for one in stages if one.end == End.OPEN]
    going_on = deals.filter(pipeline=pipeline, closed_at=None, stage__in=[one.pk for one in going])
    theirs: QuerySet[Any] = going_on.annotate(lane=by.of if by else Value(0))
    sums = summed(theirs, going)
    whole = merged(sums.values(), going)
    if by:
        sums = dict(sorted(sums.items(), key=lambda lane: worth_of(lane[1].values()), reverse=True)[:MOST_LANES])
        theirs = theirs.filter(Q(lane__in=[key for key in sums if key is not None]) | Q(lane=None))
    place = Window(RowNumber(), partition_by=[F("stage"), F("lane")] if by else F("stage"), order_by=ORDER)
    shown = theirs.annotate(place=place).filter(place__lte=FIRST_IN_LANE if by else FIRST).order_by("place")
    for card in cards(shown, stages=stages, reader=reader, at=at):
        key = getattr(card.deal, "lane")  # noqa: B009
        if key in sums:
            sums[key][card.deal.stage_id].cards.append(card)
    ends = [one for one in stages if one.end != End.OPEN]
    if by is None:
        return Board(pipeline, list(sums.get(0, whole).values()), ends)
    words = by.words(list(sums))
    lanes = {key: Lane(words[key], by.query(key), list(columns.values())) for key, columns in sums.items()}
    return Board(pipeline, list(whole.values()), ends, by, in_order(lanes))


def summed(deals: QuerySet[Any], stages: Sequence[Stage]) -> dict[Any, dict[int, Column]]:
    """How many deals lie in each column of each lane, and what they are worth."""
    found: dict[Any, dict[int, Column]] = {}
    rows = (
        deals.order_by()
        .values("lane", "stage", "currency")
        .annotate(number=Count("pk"), total=Sum("amount"), weighted=Sum(F("amount") * chance() / 100))
    )
    for row in rows:
        column = found.setdefault(row["lane"], {one.pk: Column(one) for one in stages})[row["stage"]]
        column.number += row["number"]
        if row["total"] is not None:
            column.worth.append(Worth(row["currency"], row["total"], row["weighted"]))
    for of_lane in found.values():
        for column in of_lane.values():
            column.worth = together(column.worth)
    return found


def merged(lanes: Iterable[Mapping[int, Column]], stages: Sequence[Stage]) -> dict[int, Column]:
    """The same columns over all lanes, without cards."""
    whole = {one.pk: Column(one) for one in stages}
    for lane in lanes:
        for pk, column in lane.items():
            whole[pk].number += column.number
            whole[pk].worth = together([*whole[pk].worth, *column.worth])
    return whole


def worth_of(columns: Iterable[Column]) -> tuple[Decimal, int]:
    """By what lanes are chosen: their largest weighted sum in one currency, then how many deals they hold."""
    held = list(columns)
    sums = together([worth for column in held for worth in column.worth])
    return max((one.weighted for one in sums), default=Decimal(0)), sum(one.number for one in held)


def in_order(lanes: Mapping[Any, Lane]) -> list[Lane]:
    """People as they are called, months as they come, what has none last."""
    return [lane for _key, lane in sorted(lanes.items(), key=lambda item: order_of(*item))]


def order_of(key: Any, lane: Lane) -> tuple[bool, str]:
    return key is None, key.isoformat() if isinstance(key, date) else sort_key(lane.label)


def more_of(stage: Stage, deals: QuerySet[Deal], *, after: int, reader: User, at: datetime) -> list[Card]:
    """Up to `MORE` further cards of a column, behind the first ``after``."""
    theirs = deals.filter(stage=stage, closed_at=None).order_by(*ORDER)
    return cards(theirs[after : after + MORE], stages=[stage], reader=reader, at=at)


def cards(deals: QuerySet[Deal], *, stages: Sequence[Stage] = (), reader: User, at: datetime) -> list[Card]:
    """Their cards, with three further queries; ``stages`` that are at hand need not be read with the deals."""
    found, known = list(deals.select_related("owner")), {one.pk: one for one in stages}
    names = named((one.member_id for one in found), reader=reader)
    against = rivals_of([one.pk for one in found])
    for one in found:
        one.stage = known.get(one.stage_id) or one.stage
    return [Card(one, names.get(one.member_id or 0), stalls(one, at=at), against.get(one.pk, ())) for one in found]


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
