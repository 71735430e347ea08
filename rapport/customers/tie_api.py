"""Relationships over the API: how customers stand to each other, since when, and since when no longer."""

from datetime import date

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.api import Title, the_customer
from rapport.customers.known import ties_of
from rapport.customers.models import Relationship
from rapport.customers.reach import survivor
from rapport.customers.relate import RelateError, amend, relate, unrelate
from rapport.people.endpoint import Answer, Given, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class NewRelationship(Given):
    """Read from the customer in the address to `other`: Rui *works at* Aurora."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"other": 12, "kind": "works at", "role": "buyer"}]})

    other: int
    kind: Relationship.Kind
    role: Title | None = None
    since: date | None = None


class RelationshipOut(BaseModel):
    """`customer_id` *kind* `other`."""

    id: int
    customer_id: int
    customer_name: str
    kind: Relationship.Kind
    other: int
    other_name: str
    role: str
    since: date | None
    until: date | None = Field(description="Since when it is over; null while it holds.")

    @classmethod
    def of(cls, one: Relationship) -> "RelationshipOut":
        return cls(
            id=one.pk,
            customer_id=one.member.customer_id,
            customer_name=one.member.customer.name,
            kind=Relationship.Kind(one.kind),
            other=one.other.customer_id,
            other_name=one.other.customer.name,
            role=one.role,
            since=one.since,
            until=one.until,
        )


class RelationshipsOut(BaseModel):
    items: list[RelationshipOut]


@endpoint(
    "GET",
    "/customers/{int:customer_id}/relationships",
    needs="customers.view_customer",
    answers={200: RelationshipsOut},
    problems=(404,),
)
def list_relationships(request: ApiRequest, customer_id: int) -> RelationshipsOut:
    """How this customer stands to others, and they to this one."""
    customer = the_customer(customer_id, request)
    return RelationshipsOut(
        items=[RelationshipOut.of(tie.relationship) for tie in ties_of(customer, reader=request.user)]
    )


@endpoint(
    "POST",
    "/customers/{int:customer_id}/relationships",
    needs="customers.change_customer",
    answers={201: RelationshipOut, 200: RelationshipOut},
    problems=(404, 413),
)
def add_relationship(request: ApiRequest, customer_id: int, relationship: NewRelationship) -> Answer:
    """Say how this customer stands to another: 201, or 200 when that was known."""
    customer = the_customer(customer_id, request)
    other = survivor(relationship.other, reader=request.user)
    if other is None or other.pk == customer.pk:
        reason = "Nobody relates to themselves." if other else "There is no such customer."
        raise ProblemError(422, f"other: {reason}", [Fault(reason, "#/other")])
    role, kind = relationship.role or "", relationship.kind
    try:
        found, fresh = relate(
            customer, other, kind, role=role, since=relationship.since, by=request.user, at=timezone.now()
        )
    except RelateError as problem:
        raise ProblemError(422, f"other: {problem}", [Fault(str(problem), "#/other")]) from problem
    return Answer(RelationshipOut.of(found), 201 if fresh else 200)


class RelationshipChange(Given):
    """What to change; what is left out stays. An `until` ends it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2026-06-30"}]})

    role: Title | None = None
    since: date | None = None
    until: date | None = None


@endpoint(
    "PATCH",
    "/customers/{int:customer_id}/relationships/{int:relationship_id}",
    needs="customers.change_customer",
    answers={200: RelationshipOut},
    problems=(404, 413),
)
def change_relationship(
    request: ApiRequest, customer_id: int, relationship_id: int, change: RelationshipChange
) -> RelationshipOut:
    """Change its role or dates, or end it; one that ended stays on record."""
    found = the_tie(request, customer_id, relationship_id)
    sent = change.model_fields_set
    role = change.role or "" if "role" in sent else found.role
    since = change.since if "since" in sent else found.since
    until = change.until if "until" in sent else found.until
    try:
        amend(found, role=role, since=since, until=until, by=request.user, at=timezone.now())
    except RelateError as problem:
        raise ProblemError(422, str(problem), [Fault(str(problem), "#/until")]) from problem
    return RelationshipOut.of(found)


def the_tie(request: ApiRequest, customer_id: int, relationship_id: int) -> Relationship:
    customer = the_customer(customer_id, request)
    ties = (tie.relationship for tie in ties_of(customer, reader=request.user))
    found = next((one for one in ties if one.pk == relationship_id), None)
    if found is None:
        raise Http404
    return found


@endpoint(
    "DELETE",
    "/customers/{int:customer_id}/relationships/{int:relationship_id}",
    needs="customers.change_customer",
    answers={204: None},
    problems=(404,),
)
def remove_relationship(request: ApiRequest, customer_id: int, relationship_id: int) -> Answer:
    """Take away a relationship that never was; one that is over gets an `until` instead."""
    found = the_tie(request, customer_id, relationship_id)
    unrelate(found, by=request.user, at=timezone.now())
    return Answer(None, 204)
