"""Account plans over the API: read with all that is reckoned, and written."""

from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.accounts.gaps import Health, health_of
from rapport.accounts.keep_plan import PlanError, change_plan, close_plan, open_plan
from rapport.accounts.models import Plan
from rapport.accounts.payloads import (
    AimOut,
    CellOut,
    Day,
    GoalOut,
    RiskOut,
    StakeholderOut,
    Strategy,
    Title,
    as_aim,
    as_cell,
    as_goal,
    as_stakeholder,
)
from rapport.accounts.plan_page import page_of
from rapport.customers.reach import survivor
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class PlanIn(Given):
    """A plan for a key customer and its group."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"customer_id": 12, "name": "Grow", "starts": "2026-01-01", "ends": "2026-12-31"}]
        }
    )

    customer_id: int
    name: Title
    starts: Day
    ends: Day
    owner_id: int | None = Field(default=None, description="Whoever the token is of unless said otherwise.")
    strategy: Strategy = ""


class PlanChange(Given):
    """What is to be otherwise; what is not named stays."""

    name: Title | None = None
    starts: Day | None = None
    ends: Day | None = None
    owner_id: int | None = None
    strategy: Strategy | None = None
    closed: bool | None = None


class PlanOut(BaseModel):
    id: int
    customer_id: int
    name: str
    owner_id: int
    starts: date
    ends: date
    closed_at: datetime | None
    health: str = Field(description="good, warn or bad.")
    missing: list[str] = Field(description="What is missing, in sentences.")

    @classmethod
    def of(cls, one: Plan, health: Health) -> "PlanOut":
        return cls(**facts(one, health))


def facts(one: Plan, health: Health) -> dict[str, Any]:
    return {
        "id": one.pk,
        "customer_id": one.member.customer_id,
        "health": health.shade,
        "missing": [gap.words for gap in health.gaps],
        **{name: getattr(one, name) for name in ("name", "owner_id", "starts", "ends", "closed_at")},
    }


class PlanPage(BaseModel):
    items: list[PlanOut]
    next: str | None


class PlanChoice(BaseModel):
    customer_id: int | None = None
    owner_id: int | None = None
    open: bool | None = None
    after: After = ""
    limit: Limit = 50


class WholePlanOut(PlanOut):
    strategy: str
    stakeholders: list[StakeholderOut]
    white_space: list[CellOut]
    aims: list[AimOut]
    goals: list[GoalOut]
    risks: list[RiskOut]


def refuse(field: str, reason: str) -> ProblemError:
    return ProblemError(422, f"{field}: {reason}" if field else reason, [Fault(reason, f"#/{field}")])


def the_plan(request: ApiRequest, plan_id: int) -> Plan:
    known = Plan.objects.visible_to(request.user).select_related("member__customer", "owner")
    found = known.filter(pk=plan_id).first()
    if found is None:
        raise Http404
    return found


def whole(request: ApiRequest, plan_id: int) -> WholePlanOut:
    plan = the_plan(request, plan_id)
    page = page_of(plan, reader=request.user, at=timezone.now())
    return WholePlanOut(
        **facts(plan, page["health"]),
        strategy=plan.strategy,
        stakeholders=[as_stakeholder(one) for one in page["people"]],
        white_space=[as_cell(cell) for row in page["matrix"].rows for cell in row.cells],
        aims=[as_aim(one) for one in plan.aims.select_related("member").order_by("pk")],
        goals=[as_goal(one) for one in page["goals"]],
        risks=[RiskOut(**{name: getattr(one, name) for name in RiskOut.model_fields}) for one in page["risks"]],
    )


@endpoint("GET", "/plans", needs="accounts.view_plan", answers={200: PlanPage})
def list_plans(request: ApiRequest, choice: Query[PlanChoice]) -> PlanPage:
    """Account plans, the last written first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    found = Plan.objects.visible_to(request.user).select_related("member")
    if place[0]:
        found = found.filter(pk__lt=place[0])
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(member__customer=customer) if customer else found.none()
    if choice.owner_id is not None:
        found = found.filter(owner=choice.owner_id)
    if choice.open is not None:
        found = found.filter(closed_at__isnull=choice.open)
    rows = list(found.order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    health = health_of(page, reader=request.user, at=timezone.now())
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return PlanPage(items=[PlanOut.of(one, health[one.pk]) for one in page], next=following)


@endpoint("POST", "/plans", needs="accounts.change_plan", answers={201: WholePlanOut})
def add_plan(request: ApiRequest, plan: PlanIn) -> Answer:
    """Write a plan; a customer has one that runs."""
    customer = survivor(plan.customer_id, reader=request.user)
    if customer is None:
        raise refuse("customer_id", "There is no such customer.")
    owner = the_owner(request, plan.owner_id) if plan.owner_id is not None else request.user
    said = {"owner": owner, **plan.model_dump(include={"name", "starts", "ends", "strategy"})}
    try:
        made = open_plan(customer, said, by=request.user, at=timezone.now())
    except PlanError as problem:
        raise refuse(problem.field, str(problem)) from problem
    return Answer(whole(request, made.pk), 201)


@endpoint("GET", "/plans/{int:plan_id}", needs="accounts.view_plan", answers={200: WholePlanOut}, problems=(404,))
def read_plan(request: ApiRequest, plan_id: int) -> WholePlanOut:
    """One plan with its buying centre, white space, goals and risks, as they are now."""
    return whole(request, plan_id)


@endpoint("PATCH", "/plans/{int:plan_id}", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,))
def change_a_plan(request: ApiRequest, plan_id: int, change: PlanChange) -> WholePlanOut:
    """Change what is named; `closed` ends it or takes it up again."""
    found, now = the_plan(request, plan_id), timezone.now()
    said: dict[str, Any] = {}
    for name in change.model_fields_set - {"closed", "owner_id"}:
        if getattr(change, name) is None:
            raise refuse(name, "It can't be nothing.")
        said[name] = getattr(change, name)
    if change.owner_id is not None:
        said["owner"] = the_owner(request, change.owner_id)
    try:
        if said:
            change_plan(plan_id, said, by=request.user, at=now)
        if change.closed is not None and change.closed != (found.closed_at is not None):
            close_plan(plan_id, by=request.user, at=now, again=not change.closed)
    except PlanError as problem:
        raise refuse(problem.field, str(problem)) from problem
    return whole(request, plan_id)


def the_owner(request: ApiRequest, user_id: int) -> User:
    found = User.objects.visible_to(request.user).filter(pk=user_id, is_active=True).first()
    if found is None:
        raise refuse("owner_id", "Nobody with this number works here.")
    return found
