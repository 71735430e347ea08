"""Somebody moves out of a household, or all of them: it ends with a day, and stays on record."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from rapport.customers.circle import BELONGS
from rapport.customers.models import Customer, Relationship
from rapport.customers.relate import amend, unrelate
from rapport.people.models import User


@transaction.atomic
def leave(household: Customer, person: Customer, *, on: date, by: User | None, at: datetime) -> bool:
    """False when the person does not live there."""
    return end(living_in(household).filter(member__customer=person), on=on, by=by, at=at) > 0


@transaction.atomic
def dissolve(household: Customer, *, on: date, by: User | None, at: datetime) -> int:
    """How many lived there; the household keeps its page and its timeline."""
    return end(living_in(household), on=on, by=by, at=at)


def living_in(household: Customer) -> QuerySet[Relationship]:
    """Who lives there today."""
    return Relationship.objects.filter(BELONGS, other__customer=household, until=None).select_related(
        "member__customer"
    )


def end(ties: QuerySet[Relationship], *, on: date, by: User | None, at: datetime) -> int:
    found = list(ties)
    for tie in found:
        until = max(on, tie.since or on)
        said = Relationship.objects.filter(member=tie.member_id, other=tie.other_id, kind=tie.kind, until=until)
        if said.exists():
            # They moved in again on the day on which they had moved out.
            unrelate(tie, by=by, at=at)
        else:
            amend(tie, role=tie.role, since=tie.since, until=until, by=by, at=at)
    return len(found)
