"""Households over the API: made, joined, left and dissolved; and the group of a company, read as a tree."""

from datetime import date
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.api import Title, the_customer
from rapport.customers.circle import MOST, group_of
from rapport.customers.dissolve import dissolve, leave, living_in
from rapport.customers.household import found_household
from rapport.customers.models import Customer, Kind, Member, Relationship
from rapport.customers.reach import just_written, survivor
from rapport.customers.relate import relate
from rapport.people.endpoint import Answer, Given, Line, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

MOST_PEOPLE = 100


class NewHousehold(Given):
    """Its address and team are those of the first of `people`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Oliveira", "people": [12, 15]}]})

    name: Annotated[Line, Field(min_length=1)]
    people: Annotated[list[int], Field(min_length=1, max_length=MOST_PEOPLE)]
    since: date | None = None


class NewMember(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"customer_id": 12, "role": "daughter"}]})

    customer_id: int
    role: Title | None = None
    since: date | None = None


class HouseholdMemberOut(BaseModel):
    customer_id: int
    name: str
    role: str
    since: date | None


class HouseholdOut(BaseModel):
    """Who lives there today. Those who moved out stand under the relationships of the household."""

    customer_id: int
    name: str
    members: list[HouseholdMemberOut]

    @classmethod
    def of(cls, household: Customer, reader: User) -> "HouseholdOut":
        seen = living_in(household).filter(member__in=Member.objects.visible_to(reader)).order_by("pk")[:MOST]
        # What several records say of one person is told once.
        told = {tie.member.customer_id: tie for tie in reversed(seen)}
        members = [
            HouseholdMemberOut(customer_id=pk, name=tie.member.customer.name, role=tie.role, since=tie.since)
            for pk, tie in sorted(told.items())
        ]
        return cls(customer_id=household.pk, name=household.name, members=members)


class BranchOut(BaseModel):
    """One company of the group; `level` 0 is its head, `part_of` the one above it."""

    customer_id: int
    name: str
    level: int
    part_of: int | None


class GroupOut(BaseModel):
    items: list[BranchOut] = Field(description="Child below parent; empty for a company that stands alone.")


@endpoint("POST", "/households", needs="customers.add_customer", answers={201: HouseholdOut}, problems=(413,))
def add_household(request: ApiRequest, household: NewHousehold) -> Answer:
    """Found a household of people who are customers already."""
    people = [the_person(pk, f"#/people/{place}", request.user) for place, pk in enumerate(household.people)]
    unique = list({one.pk: one for one in people}.values())
    made = found_household(household.name, unique, since=household.since, by=request.user, at=timezone.now())
    body = HouseholdOut.of(just_written(made.pk), request.user)
    return Answer(body, 201, {"Location": f"{request.path}/{made.pk}"})


@endpoint(
    "GET",
    "/households/{int:customer_id}",
    needs="customers.view_customer",
    answers={200: HouseholdOut},
    problems=(404, 409),
)
def read_household(request: ApiRequest, customer_id: int) -> HouseholdOut:
    """Who lives in a household today."""
    return HouseholdOut.of(the_household(customer_id, request), request.user)


@endpoint(
    "POST",
    "/households/{int:customer_id}/members",
    needs="customers.change_customer",
    answers={201: HouseholdOut, 200: HouseholdOut},
    problems=(404, 409, 413),
)
def add_household_member(request: ApiRequest, customer_id: int, member: NewMember) -> Answer:
    """Somebody moves in: 201, or 200 when they were known to live there."""
    household = the_household(customer_id, request)
    person = the_person(member.customer_id, "#/customer_id", request.user)
    _tie, fresh = relate(
        person,
        household,
        Relationship.Kind.HOUSEHOLD,
        role=member.role or "",
        since=member.since,
        by=request.user,
        at=timezone.now(),
    )
    return Answer(HouseholdOut.of(household, request.user), 201 if fresh else 200)


@endpoint(
    "DELETE",
    "/households/{int:customer_id}/members/{int:person_id}",
    needs="customers.change_customer",
    answers={200: HouseholdOut},
    problems=(404, 409),
)
def remove_household_member(request: ApiRequest, customer_id: int, person_id: int) -> HouseholdOut:
    """Somebody moved out today; that they lived there stays on record."""
    household = the_household(customer_id, request)
    person = survivor(person_id, reader=request.user)
    if person is None or not leave(household, person, on=timezone.localdate(), by=request.user, at=timezone.now()):
        raise Http404
    return HouseholdOut.of(household, request.user)


@endpoint(
    "POST",
    "/households/{int:customer_id}/dissolve",
    needs="customers.change_customer",
    answers={200: HouseholdOut},
    problems=(404, 409),
)
def dissolve_household(request: ApiRequest, customer_id: int) -> HouseholdOut:
    """Everybody moved out today. The household keeps its page, its timeline and who lived there."""
    household = the_household(customer_id, request)
    dissolve(household, on=timezone.localdate(), by=request.user, at=timezone.now())
    return HouseholdOut.of(household, request.user)


@endpoint(
    "GET",
    "/customers/{int:customer_id}/group",
    needs="customers.view_customer",
    answers={200: GroupOut},
    problems=(404,),
)
def read_group(request: ApiRequest, customer_id: int) -> GroupOut:
    """The whole group that a company is part of, from its head down, as far as it can be seen."""
    branches = group_of(the_customer(customer_id, request), reader=request.user)
    return GroupOut(
        items=[
            BranchOut(customer_id=one.customer_id, name=one.name, level=one.level, part_of=one.above)
            for one in branches
        ]
    )


def the_household(customer_id: int, request: ApiRequest) -> Customer:
    found = the_customer(customer_id, request)
    if found.kind != Kind.HOUSEHOLD:
        raise ProblemError(409, "This customer is no household.")
    return found


def the_person(customer_id: int, pointer: str, reader: User) -> Customer:
    """Whom an id in what was sent means; problems say where it stands."""
    found = survivor(customer_id, reader=reader)
    if found is None or found.kind != Kind.PERSON:
        reason = "Only people live in households." if found else "There is no such customer."
        raise ProblemError(422, f"{pointer.removeprefix('#/').replace('/', '.')}: {reason}", [Fault(reason, pointer)])
    return found
