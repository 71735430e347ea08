"""Forecasts, targets and exchange rates over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.people.endpoint import Given, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.people.unit import Unit
from rapport.sales.api import number
from rapport.sales.convert import all_rates
from rapport.sales.deals_api import refuse, the_deal
from rapport.sales.forecast import BUCKETS, Sums
from rapport.sales.forecast_by import BYS
from rapport.sales.forecast_page import Goal, counted, forecast_of
from rapport.sales.outlook import Category
from rapport.sales.period import Period, period_of, quarter_at
from rapport.sales.say_outlook import say_outlook
from rapport.sales.set_targets import set_targets
from rapport.sales.target import Target
from rapport.sales.targets_of import targets_of
from rapport.timeline.payloads import Currency
from rapport.ui.problem import Fault, ProblemError

PERIOD = "A month as 2026-11, or a quarter as 2026-Q4."
LARGEST = 10**12


class SumsOut(BaseModel):
    """Amounts in the organisation's currency."""

    won: str
    commit: str
    best: str
    pipeline: str
    weighted: str = Field(description="Won, and what is open as likely as it is.")
    deals: int
    without_amount: int = Field(description="Deals in no sum: without an amount, or in a currency without a rate.")
    target: str | None
    attained: float | None

    @classmethod
    def of(cls, sums: Sums, goal: Goal | None) -> "SumsOut":
        amounts = {name: number(round(sums.amounts[name], 2)) for name in BUCKETS}
        return cls(
            **amounts,
            weighted=number(round(sums.likely, 2)),
            deals=sums.number,
            without_amount=sums.without,
            target=number(round(goal.target, 2)) if goal else None,
            attained=float(goal.attained) if goal and goal.attained is not None else None,
        )


class ForecastLine(SumsOut):
    id: int | str | None
    label: str


class ForecastOut(BaseModel):
    period: str
    first: date
    last: date
    currency: str
    whole: SumsOut
    lines: list[ForecastLine]


class ForecastChoice(BaseModel):
    period: Word = Field(default="", description=PERIOD + " This quarter unless said.")
    by: str = Field(default="owner", pattern=f"^({'|'.join(one.name for one in BYS)})$")


class OutlookIn(Given):
    """What whoever sells expects; null: what the stage says."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"category": "commit"}]})

    category: Category | None


class OutlookOut(BaseModel):
    deal_id: int
    category: Category | None


class TargetIn(Given):
    """For a person or for a unit; null takes it away."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"period": "2026-Q4", "user_id": 4, "amount": "120000", "currency": "EUR"}]}
    )

    period: Word = Field(description=PERIOD)
    user_id: int | None = None
    unit_id: int | None = None
    amount: Annotated[Decimal, Field(ge=0, le=LARGEST, decimal_places=2)] | None
    currency: Currency


class TargetOut(BaseModel):
    period: str
    user_id: int | None
    unit_id: int | None
    amount: str
    currency: str

    @classmethod
    def of(cls, one: Target) -> "TargetOut":
        period = Period(one.first, one.months)
        return cls(
            period=period.name,
            user_id=one.user_id,
            unit_id=one.unit_id,
            amount=number(one.amount),
            currency=one.currency,
        )


class TargetsOut(BaseModel):
    items: list[TargetOut]


class TargetChoice(BaseModel):
    period: Word = Field(description=PERIOD)


@endpoint("GET", "/forecast", needs="sales.view_deal", answers={200: ForecastOut})
def read_forecast(request: ApiRequest, choice: Query[ForecastChoice]) -> ForecastOut:
    """What a period brought and will bring, over the deals that the token may see."""
    rates, today = all_rates(), timezone.localdate()
    period = named_period(choice.period) if choice.period else quarter_at(today)
    by = next(one for one in BYS if one.name == choice.by)
    found = forecast_of(
        counted(request.user),
        period,
        by,
        rates=rates,
        targets=targets_of(period, rates=rates, today=today),
        reader=request.user,
        today=today,
    )
    lines = [
        ForecastLine(id=one.line.key, label=one.line.label, **SumsOut.of(one.line.sums, one.goal).model_dump())
        for one in found.rows
    ]
    whole = SumsOut.of(found.whole, found.goal)
    return ForecastOut(
        period=period.name, first=period.first, last=period.last, currency=rates.home, whole=whole, lines=lines
    )


@endpoint("PUT", "/deals/{int:deal_id}/outlook", needs="sales.change_deal", answers={200: OutlookOut}, problems=(404,))
def put_outlook(request: ApiRequest, deal_id: int, outlook: OutlookIn) -> OutlookOut:
    """Put a deal into a category of the forecast."""
    say_outlook(the_deal(request, deal_id), outlook.category, by=request.user, at=timezone.now())
    return OutlookOut(deal_id=deal_id, category=outlook.category)


@endpoint("GET", "/targets", needs="sales.view_deal", answers={200: TargetsOut})
def list_targets(request: ApiRequest, choice: Query[TargetChoice]) -> TargetsOut:
    """The targets of a period; whoever sets none sees those of the people whose deals they see."""
    found = Target.objects.visible_to(request.user).of(named_period(choice.period)).order_by("pk")
    if not request.user.allows("sales.change_target") and not request.user.sees_all:
        found = found.filter(user__team__in=request.user.teams_seen) | found.filter(user=request.user)
    return TargetsOut(items=[TargetOut.of(one) for one in found])


@endpoint("PUT", "/targets", needs="sales.change_target", answers={200: TargetsOut})
def put_target(request: ApiRequest, target: TargetIn) -> TargetsOut:
    """Set the target of a person or a unit."""
    period = named_period(target.period, "#/period")
    if (target.user_id is None) == (target.unit_id is None):
        raise refuse("user_id", "Either a person or a unit.")
    kind, pk = ("user", target.user_id) if target.user_id is not None else ("unit", target.unit_id)
    known: Any = User.objects.filter(is_active=True) if kind == "user" else Unit.objects.visible_to(request.user)
    if not known.filter(pk=pk).exists():
        raise refuse(f"{kind}_id", "There is nobody with this number." if kind == "user" else "There is no such unit.")
    set_targets({((kind, pk or 0), period): target.amount}, currency=target.currency)
    return TargetsOut(items=[TargetOut.of(one) for one in Target.objects.of(period).filter(**{f"{kind}_id": pk})])


def named_period(text: str, pointer: str = "") -> Period:
    found = period_of(text)
    if found is None:
        fault = Fault(PERIOD, pointer) if pointer else Fault(PERIOD, parameter="period")
        raise ProblemError(422, f"period: {PERIOD}", [fault])
    return found
