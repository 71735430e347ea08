"""Duties over the API: which apply, how each stands, and writing down a review."""

from datetime import date, datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.people.endpoint import Answer, Given, Line, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.privacy.obligation import Obligation, Review
from rapport.privacy.obligation_review import review
from rapport.ui.problem import Fault, ProblemError

Stands = Literal["met", "partly", "failed", "over"]


class ObligationOut(BaseModel):
    """One duty."""

    id: int
    title: str
    origin: str = Field(description="law, contract, standard or own.")
    source: str
    about: str
    applies_to: str
    owner: int | None
    deputy: int | None
    control: str
    every_months: int
    review_on: date | None
    state: str = Field(description="open, met, partly, failed or over.")
    overdue: bool

    @classmethod
    def of(cls, one: Obligation) -> "ObligationOut":
        return cls(
            id=one.pk,
            title=one.title,
            origin=one.origin,
            source=one.source,
            about=one.about,
            applies_to=one.applies_to,
            owner=one.owner_id,
            deputy=one.deputy_id,
            control=one.control,
            every_months=one.every_months,
            review_on=one.review_on,
            state=one.state,
            overdue=one.is_overdue(timezone.localdate()),
        )


class ObligationsOut(BaseModel):
    items: list[ObligationOut]


class ReviewOut(BaseModel):
    """That somebody looked at a duty."""

    id: int
    state: str
    note: str
    at: datetime
    by: int | None

    @classmethod
    def of(cls, one: Review) -> "ReviewOut":
        return cls(id=one.pk, state=one.state, note=one.note, at=one.at, by=one.by_id)


class ReviewsOut(BaseModel):
    items: list[ReviewOut]


class ObligationIn(Given):
    """A new duty."""

    title: Line = Field(min_length=1, max_length=200)
    origin: Obligation.Origin
    source: Line = Field(min_length=1, max_length=200)
    applies_to: Line = Field(min_length=1)
    about: Line = ""
    control: Line = ""
    owner: int | None = Field(default=None, description="The id of a colleague.")
    every_months: int = Field(default=12, ge=1, le=60)
    review_on: date | None = None


class ReviewIn(Given):
    state: Stands
    note: Line = Field(min_length=1)


@endpoint("GET", "/obligations", needs="privacy.view_obligation", answers={200: ObligationsOut})
def list_obligations(request: ApiRequest) -> ObligationsOut:
    """Every duty, what is due first on top."""
    found = Obligation.objects.visible_to(request.user).in_order()
    return ObligationsOut(items=[ObligationOut.of(one) for one in found])


@endpoint("POST", "/obligations", needs="privacy.change_obligation", answers={201: ObligationOut})
def add_obligation(request: ApiRequest, given: ObligationIn) -> Answer:
    """Write down a duty."""
    told = given.model_dump(exclude={"owner"})
    made = Obligation(**{**told, "origin": given.origin.value}, owner=colleague(request, given.owner))
    made.save()
    return Answer(ObligationOut.of(made), status=201)


@endpoint(
    "GET",
    "/obligations/{int:obligation_id}/reviews",
    needs="privacy.view_obligation",
    answers={200: ReviewsOut},
    problems=(404,),
)
def list_obligation_reviews(request: ApiRequest, obligation_id: int) -> ReviewsOut:
    """Who looked at it when, the newest first."""
    found = get_object_or_404(Obligation.objects.visible_to(request.user), pk=obligation_id)
    return ReviewsOut(items=[ReviewOut.of(one) for one in found.reviews.order_by("-at", "-pk")])


@endpoint(
    "POST",
    "/obligations/{int:obligation_id}/reviews",
    needs="privacy.change_obligation",
    answers={201: ReviewOut},
    problems=(404,),
)
def review_obligation(request: ApiRequest, obligation_id: int, given: ReviewIn) -> Answer:
    """Write down how it stands; its next review is due after its rhythm."""
    found = get_object_or_404(Obligation.objects.visible_to(request.user), pk=obligation_id)
    now, today = timezone.now(), timezone.localdate()
    made = review(found, given.state, given.note, by=request.user, today=today, at=now)
    return Answer(ReviewOut.of(made), status=201)


def colleague(request: ApiRequest, pk: int | None) -> User | None:
    if pk is None:
        return None
    found = User.objects.visible_to(request.user).filter(pk=pk, is_active=True).first()
    if found is None:
        raise ProblemError(422, "There is no such colleague.", [Fault("There is no such colleague.", "#/owner")])
    return found
