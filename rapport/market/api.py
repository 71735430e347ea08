"""The market over the API: how deals with competitors ended, by quarter, and how often they were named."""

from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.market.met import Met
from rapport.market.page import overview, said, whole_of
from rapport.market.span import CHOICES, USUAL, span_of
from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.competitor import Competitor
from rapport.ui.patience import TooLongError
from rapport.ui.problem import ProblemError

Quarters = Annotated[int, Field(description=f"How many, up to the present one: {', '.join(map(str, CHOICES))}.")]


class MarketChoice(BaseModel):
    quarters: Quarters = USUAL


class MarketFigures(BaseModel):
    met: int = Field(description="Deals opened in which they stand against us.")
    won: int
    lost_to: int
    lost_otherwise: int = Field(description="Lost to somebody else, or to nobody known.")
    win_rate: float | None = Field(description="Of those decided between us and them.")
    win_rate_between: tuple[float, float] | None = Field(description="With 95 % certainty (Wilson).")
    won_amounts: dict[str, str] = Field(description="By currency.")
    lost_amounts: dict[str, str] = Field(description="By currency.")


class MarketLineOut(MarketFigures):
    competitor_id: int
    name: str


class MarketOut(BaseModel):
    items: list[MarketLineOut]


class MarketQuarterOut(MarketFigures):
    quarter: str


class MarketMonthOut(BaseModel):
    month: str
    mentions: int


class MarketCompetitorOut(MarketLineOut):
    quarters: list[MarketQuarterOut]
    reasons: dict[str, int]
    mentions: list[MarketMonthOut]


def figures(met: Met) -> dict[str, object]:
    between = met.between
    return {
        "met": met.met,
        "won": met.won,
        "lost_to": met.lost_to,
        "lost_otherwise": met.lost,
        "win_rate": None if met.rate is None else float(met.rate),
        "win_rate_between": (float(between[0]), float(between[1])) if between else None,
        "won_amounts": {code: f"{amount:f}" for amount, code in met.won_sums},
        "lost_amounts": {code: f"{amount:f}" for amount, code in met.lost_sums},
    }


TOO_LONG = ProblemError(503, "This takes too long; ask for fewer quarters.", headers={"Retry-After": "60"})


@endpoint("GET", "/market", needs="sales.view_deal", answers={200: MarketOut})
def read_market(request: ApiRequest, choice: Query[MarketChoice]) -> MarketOut:
    """All competitors, the ones most often met first."""
    span = span_of(str(choice.quarters), timezone.localdate())
    try:
        found = overview(span, reader=request.user)
    except TooLongError as problem:
        raise TOO_LONG from problem
    lines = [
        MarketLineOut(competitor_id=one.competitor.pk, name=one.competitor.name, **figures(one.met))  # type: ignore[arg-type]
        for one in found["lines"]
    ]
    return MarketOut(items=lines)


@endpoint(
    "GET",
    "/market/{int:competitor_id}",
    needs="sales.view_deal",
    answers={200: MarketCompetitorOut},
    problems=(404,),
)
def read_competitor_in_market(
    request: ApiRequest, competitor_id: int, choice: Query[MarketChoice]
) -> MarketCompetitorOut:
    """One competitor by quarter, with the reasons of losses and how often people spoke of them."""
    found = Competitor.objects.visible_to(request.user).filter(pk=competitor_id).first()
    if found is None:
        raise Http404
    span = span_of(str(choice.quarters), timezone.localdate())
    try:
        page = whole_of(found, span, reader=request.user)
    except TooLongError as problem:
        raise TOO_LONG from problem
    named = said(found, span, reader=request.user)
    quarters = [MarketQuarterOut(quarter=one.label, **figures(one.met)) for one in page["quarters"]]  # type: ignore[arg-type]
    return MarketCompetitorOut(
        competitor_id=found.pk,
        name=found.name,
        quarters=quarters,
        reasons={one.label: one.number for one in page["reasons"]},
        mentions=[MarketMonthOut(month=str(one.month), mentions=one.number) for one in named.get("months", [])],
        **figures(page["line"].met),  # type: ignore[arg-type]
    )
