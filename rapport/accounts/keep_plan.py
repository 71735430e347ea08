"""Write an account plan, new or changed; close it, or take it up again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.about_plan import tell
from rapport.accounts.models import Plan
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.rows import added, changed, image
from rapport.people.models import User

FIELDS = ("name", "owner", "starts", "ends", "strategy")


class PlanError(Exception):
    """It can't be so; ``field`` names what is wrong, the message says why, in the reader's language."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def open_plan(customer: Customer, said: Mapping[str, Any], *, by: User, at: datetime) -> Plan:
    """A plan for ``customer``; ``said`` are values of `FIELDS`. Raises PlanError where one runs already."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    refuse(customer, said)
    plan = Plan(member=main_member(customer), created_by=by, created_at=at)
    for name in FIELDS:
        if name in said:
            setattr(plan, name, said[name])
    plan.save()
    tell(plan, [added(plan)], "written", by=by, at=at)
    return plan


def refuse(customer: Customer, said: Mapping[str, Any], but: Plan | None = None) -> None:
    if said["ends"] < said["starts"]:
        raise PlanError("ends", _("It cannot end before it begins."))
    running = Plan.objects.open().filter(member__customer=customer)
    if (running.exclude(pk=but.pk) if but else running).exists():
        raise PlanError("name", _("There is a plan for this customer already."))


@transaction.atomic
def change_plan(plan_id: int, said: Mapping[str, Any], *, by: User, at: datetime) -> Plan:
    """Set the values of `FIELDS` that are ``said``. Raises PlanError."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("member").get(pk=plan_id)
    before = image(plan)
    for name in FIELDS:
        if name in said:
            setattr(plan, name, said[name])
    if plan.ends < plan.starts:
        raise PlanError("ends", _("It cannot end before it begins."))
    plan.save()
    tell(plan, [changed(plan, before)], "changed", by=by, at=at)
    return plan


@transaction.atomic
def close_plan(plan_id: int, *, by: User, at: datetime, again: bool = False) -> Plan:
    """It is over; or ``again`` taken up. Raises PlanError where another one runs meanwhile."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("member__customer").get(pk=plan_id)
    if again:
        refuse(plan.member.customer, {"starts": plan.starts, "ends": plan.ends}, but=plan)
    before = image(plan)
    plan.closed_at = None if again else at
    plan.save()
    tell(plan, [changed(plan, before)], "reopened" if again else "closed", by=by, at=at)
    return plan
