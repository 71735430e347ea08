"""Read what the page of a plan shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapport.accounts.gaps import health_of
from rapport.accounts.goals import reached
from rapport.accounts.ground import Ground, ground_of
from rapport.accounts.models import Aim, Plan, Risk, Stakeholder
from rapport.accounts.warmth import Warmth, warmth_of
from rapport.accounts.white_space import FAMILY, PRODUCT, matrix_of
from rapport.agenda.open_tasks import OpenTask, open_tasks
from rapport.customers.models import Member
from rapport.people.models import User


@dataclass(frozen=True)
class Person:
    """Somebody of the buying centre, where they work, and how warm we are with them."""

    stakeholder: Stakeholder
    unit: str
    warmth: Warmth


def page_of(plan: Plan, *, reader: User, at: datetime, by: str = FAMILY) -> dict[str, Any]:
    """What the template needs, in a fixed number of queries."""
    ground = ground_of(plan.member.customer, reader=reader)
    people = people_of(plan, ground, reader=reader, at=at)
    aims = aims_of(plan)
    goals = list(plan.goals.order_by("until", "pk"))
    return {
        "plan": plan,
        "customer": plan.member.customer,
        "ground": ground,
        "people": people,
        "health": health_of([plan], reader=reader, at=at)[plan.pk],
        "matrix": matrix_of(ground, aims, by=PRODUCT if by == PRODUCT else FAMILY, reader=reader),
        "goals": reached(plan, goals, ground, reader=reader, today=at.date()),
        "risks": risks_of(plan),
        "steps": steps_of(plan, people, reader=reader, at=at),
        "may_change": reader.allows("accounts.change_plan"),
        "may_task": reader.allows("agenda.change_task"),
        "may_meet": reader.allows("calendars.change_meeting"),
    }


def people_of(plan: Plan, ground: Ground, *, reader: User, at: datetime) -> list[Person]:
    found = Stakeholder.objects.visible_to(reader).filter(plan=plan).select_related("member__customer")
    rows = list(found.order_by("-influence", "-attitude", "pk"))
    warmth = warmth_of([one.member.customer_id for one in rows], reader=reader, at=at)
    names = {unit.customer_id: unit.name for unit in ground.units}
    return [
        Person(one, names.get(ground.people.get(one.member.customer_id, 0), ""), warmth[one.member.customer_id])
        for one in rows
    ]


def aims_of(plan: Plan) -> list[Aim]:
    return list(plan.aims.select_related("product", "deal", "member").order_by("pk"))


def risks_of(plan: Plan) -> list[Risk]:
    """Those that are open, the heaviest first."""
    found = plan.risks.filter(closed_at=None).select_related("owner")
    return sorted(found, key=lambda one: (-one.weight, one.pk))


def steps_of(plan: Plan, people: Sequence[Person], *, reader: User, at: datetime) -> list[OpenTask]:
    """What is to be done about the customer and the buying centre."""
    if not reader.allows("agenda.view_task"):
        return []
    whose = {plan.member.customer_id, *(one.stakeholder.member.customer_id for one in people)}
    members = list(Member.objects.filter(customer__in=whose).values_list("pk", flat=True))
    return open_tasks(members, reader=reader, at=at)
