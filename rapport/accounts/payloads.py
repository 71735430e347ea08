"""What the API takes and tells of the parts of account plans."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from rapport.accounts.models import Aim, Goal, Stakeholder
from rapport.people.endpoint import Given, Line
from rapport.timeline.payloads import Currency

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Sum = Annotated[Decimal, Field(ge=0, le=10**12, decimal_places=4)]
Title = Annotated[Line, Field(min_length=1, max_length=200)]
Words = Annotated[Line, Field(min_length=1)]
Grade = Annotated[int, Field(ge=1, le=5)]
Strategy = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class StakeholderIn(Given):
    """Somebody of the buying centre; said again it changes."""

    customer_id: int
    role: Stakeholder.Role
    attitude: Annotated[int, Field(ge=-2, le=2)] = 0
    influence: Annotated[int, Field(ge=1, le=3)] = 2
    note: Annotated[Line, Field(max_length=1000)] = ""


class StakeholderOut(BaseModel):
    id: int
    customer_id: int
    name: str
    role: Stakeholder.Role
    attitude: int = Field(description="From −2, against us, to 2, for us.")
    influence: int = Field(description="From 1, little, to 3, much.")
    note: str
    warmth: str = Field(description="warm, tepid, cold or never.")
    last_heard_at: datetime | None
    last_told_at: datetime | None
    contacts_in_90_days: int
    known_to: dict[str, int] = Field(description="Who of us, and how often in two years.")


class CellOut(BaseModel):
    customer_id: int
    family: str
    bought: dict[str, str] = Field(description="By currency.")
    last_bought_at: datetime | None
    deal_ids: list[int]
    quote_ids: list[int]
    aim_ids: list[int]


class AimIn(Given):
    """A white cell to be won: the company of the group, and a family or a product."""

    customer_id: int
    family: Annotated[Line, Field(max_length=100)] = ""
    product_id: int | None = None
    amount: Sum | None = None
    currency: Currency | None = None
    note: Line = ""


class AimOut(BaseModel):
    id: int
    customer_id: int
    family: str
    product_id: int | None
    amount: str | None
    currency: str
    note: str
    deal_id: int | None


class GoalIn(Given):
    words: Words
    measure: Goal.Measure = Goal.Measure.WORDS
    target: Sum | None = None
    currency: Currency | None = None
    until: Day | None = None
    state: Goal.State = Goal.State.OPEN


class GoalOut(BaseModel):
    id: int
    words: str
    measure: Goal.Measure
    target: str | None
    currency: str
    until: date
    state: Goal.State
    actual: str | None = Field(description="What was ordered by the group since the plan began; null: not measured.")


class RiskIn(Given):
    words: Words
    likelihood: Grade = 3
    impact: Grade = 3
    owner_id: int | None = None
    measure: Annotated[Line, Field(max_length=1000)] = ""
    due: Day | None = None


class RiskOut(BaseModel):
    id: int
    words: str
    likelihood: int
    impact: int
    owner_id: int | None
    measure: str
    due: date | None


class PlanDealOut(BaseModel):
    deal_id: int


def plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


def as_stakeholder(one: Any) -> StakeholderOut:
    row, warmth = one.stakeholder, one.warmth
    return StakeholderOut(
        customer_id=row.member.customer_id,
        name=row.member.customer.name,
        role=Stakeholder.Role(row.role),
        warmth=warmth.level.value,
        last_heard_at=warmth.heard,
        last_told_at=warmth.told,
        contacts_in_90_days=warmth.lately,
        known_to={str(who): times for who, times in warmth.known_by},
        **{name: getattr(row, name) for name in ("id", "attitude", "influence", "note")},
    )


def as_cell(cell: Any) -> CellOut:
    return CellOut(
        customer_id=cell.unit,
        family=cell.key.family,
        bought={code: f"{amount:f}" for amount, code in cell.sums},
        last_bought_at=cell.last,
        deal_ids=sorted(cell.deals),
        quote_ids=sorted(cell.quotes),
        aim_ids=[one.pk for one in cell.aims],
    )


def as_aim(one: Aim) -> AimOut:
    same = ("id", "family", "product_id", "currency", "note", "deal_id")
    return AimOut(
        customer_id=one.member.customer_id, amount=plain(one.amount), **{name: getattr(one, name) for name in same}
    )


def as_goal(one: Any) -> GoalOut:
    goal = one.goal
    return GoalOut(
        measure=Goal.Measure(goal.measure),
        state=Goal.State(goal.state),
        target=plain(goal.target),
        until=one.until,
        actual=plain(one.actual),
        **{name: getattr(goal, name) for name in ("id", "words", "currency")},
    )
