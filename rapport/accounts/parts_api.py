"""The parts of account plans over the API: people of the buying centre, aims, goals, risks."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from rapport.accounts.api import WholePlanOut, refuse, the_owner, the_plan, whole
from rapport.accounts.keep_part import drop_part, keep_part
from rapport.accounts.keep_plan import PlanError
from rapport.accounts.models import Aim, Goal, Risk, Stakeholder
from rapport.accounts.open_aim import open_aim
from rapport.accounts.payloads import AimIn, GoalIn, PlanDealOut, RiskIn, StakeholderIn
from rapport.catalogue.product import Product
from rapport.customers.edit import main_member
from rapport.customers.reach import survivor
from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest


@endpoint(
    "POST",
    "/plans/{int:plan_id}/stakeholders",
    needs="accounts.change_plan",
    answers={200: WholePlanOut},
    problems=(404,),
)
def put_stakeholder(request: ApiRequest, plan_id: int, stakeholder: StakeholderIn) -> WholePlanOut:
    """Put somebody into the buying centre, or say anew how they stand."""
    plan = the_plan(request, plan_id)
    person = survivor(stakeholder.customer_id, reader=request.user)
    if person is None:
        raise refuse("customer_id", "There is no such customer.")
    known = Stakeholder.objects.visible_to(request.user).filter(plan=plan, member__customer=person).first()
    part = known or Stakeholder(plan=plan, member=main_member(person))
    for name, value in stakeholder.model_dump(exclude={"customer_id"}).items():
        setattr(part, name, value)
    keep_part(part, by=request.user, at=timezone.now())
    return whole(request, plan_id)


@endpoint(
    "POST", "/plans/{int:plan_id}/aims", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def put_aim(request: ApiRequest, plan_id: int, aim: AimIn) -> WholePlanOut:
    """Aim at a cell of the white space, or say anew what it may bring."""
    plan = the_plan(request, plan_id)
    unit = survivor(aim.customer_id, reader=request.user)
    if unit is None:
        raise refuse("customer_id", "There is no such customer.")
    product = Product.objects.visible_to(request.user).filter(pk=aim.product_id or 0).first()
    if (aim.product_id is None) == (not aim.family) or (aim.product_id and product is None):
        raise refuse("product_id", "Give a family, or a product that there is.")
    if aim.amount is not None and not aim.currency:
        raise refuse("currency", "An amount stands in a currency.")
    family = "" if product else aim.family
    known = plan.aims.filter(member__customer=unit, product=product, family=family).first()
    part = known or Aim(plan=plan, member=main_member(unit), product=product, family=family)
    part.amount, part.note = aim.amount, aim.note
    part.currency = (aim.currency or "") if aim.amount is not None else ""
    keep_part(part, by=request.user, at=timezone.now())
    return whole(request, plan_id)


@endpoint(
    "POST", "/plans/aims/{int:aim_id}/deal", needs="sales.change_deal", answers={200: PlanDealOut}, problems=(404,)
)
def open_deal_of_aim(request: ApiRequest, aim_id: int) -> PlanDealOut:
    """Open a deal about what is aimed at; the one that is open, where there is one."""
    the_part(Aim, request, aim_id)
    try:
        deal = open_aim(aim_id, by=request.user, at=timezone.now())
    except PlanError as problem:
        raise refuse(problem.field, str(problem)) from problem
    return PlanDealOut(deal_id=deal.pk)


@endpoint(
    "POST", "/plans/{int:plan_id}/goals", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def add_plan_goal(request: ApiRequest, plan_id: int, goal: GoalIn) -> WholePlanOut:
    """Set a goal, in words or measured."""
    plan = the_plan(request, plan_id)
    if goal.measure and goal.target is None:
        raise refuse("target", "A measured goal has a target.")
    if goal.measure == Goal.Measure.REVENUE and not goal.currency:
        raise refuse("currency", "Revenue stands in a currency.")
    said = goal.model_dump() | {"currency": goal.currency or ""}
    keep_part(Goal(plan=plan, **said), by=request.user, at=timezone.now())
    return whole(request, plan_id)


@endpoint(
    "POST", "/plans/{int:plan_id}/risks", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def add_plan_risk(request: ApiRequest, plan_id: int, risk: RiskIn) -> WholePlanOut:
    """Write a risk down."""
    plan = the_plan(request, plan_id)
    owner = the_owner(request, risk.owner_id) if risk.owner_id is not None else None
    part = Risk(plan=plan, owner=owner, **risk.model_dump(exclude={"owner_id"}))
    keep_part(part, by=request.user, at=timezone.now())
    return whole(request, plan_id)


@endpoint(
    "DELETE",
    "/plans/stakeholders/{int:stakeholder_id}",
    needs="accounts.change_plan",
    answers={200: WholePlanOut},
    problems=(404,),
)
def drop_stakeholder(request: ApiRequest, stakeholder_id: int) -> WholePlanOut:
    """Take somebody out of the buying centre."""
    return dropped(Stakeholder, request, stakeholder_id)


@endpoint(
    "DELETE", "/plans/aims/{int:aim_id}", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def drop_aim(request: ApiRequest, aim_id: int) -> WholePlanOut:
    """Give an aim up; its deal stays."""
    return dropped(Aim, request, aim_id)


@endpoint(
    "DELETE", "/plans/goals/{int:goal_id}", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def drop_plan_goal(request: ApiRequest, goal_id: int) -> WholePlanOut:
    """Take a goal out."""
    return dropped(Goal, request, goal_id)


@endpoint(
    "DELETE", "/plans/risks/{int:risk_id}", needs="accounts.change_plan", answers={200: WholePlanOut}, problems=(404,)
)
def drop_plan_risk(request: ApiRequest, risk_id: int) -> WholePlanOut:
    """Take a risk out."""
    return dropped(Risk, request, risk_id)


def the_part(model: Any, request: ApiRequest, pk: int) -> Any:
    found = model.objects.visible_to(request.user).select_related("plan__member").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def dropped(model: Any, request: ApiRequest, pk: int) -> WholePlanOut:
    part = the_part(model, request, pk)
    drop_part(part, by=request.user, at=timezone.now())
    return whole(request, part.plan_id)
