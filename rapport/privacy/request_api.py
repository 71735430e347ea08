"""Requests of persons over the API: list, note, read with steps, and each step with them."""

from datetime import date, datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.customers.models import Customer
from rapport.people.endpoint import Answer, Given, Line, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.privacy import request_steps as steps
from rapport.privacy.request import Asks, Outcome, Request
from rapport.privacy.request_steps import Asked, RequestError, answering
from rapport.timeline.models import ChannelChoice
from rapport.timeline.payloads import Past
from rapport.ui.problem import Fault, ProblemError

LISTED = 200
Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
REASONS = {
    "to come": "`received_at` is still to come.",
    "nobody": "It is not said yet whose record it is about.",
    "too far": "No later than three months after it came.",
    "not later": "That is not later than it is now.",
    "too late": "Its last day is over: the person had to be told before.",
    "unchecked": "Nobody has checked yet that it is them.",
    "no ground": "Say on which legal ground it was not all done.",
    "no proof": "Say how it can be proved.",
    "closed": "It is answered already.",
}


class StepOut(BaseModel):
    kind: str
    words: str
    at: datetime
    by: str | None


class RequestOut(BaseModel):
    """What a person asks of their data, and how far the answer is."""

    id: int
    asks: Asks
    customer_id: int | None
    who: str
    contact: str
    channel: str
    words: str
    received_at: datetime
    due_on: date
    overdue: bool
    extended_why: str
    assignee: str | None
    checked_at: datetime | None
    checked_how: str
    outcome: Outcome
    ground: str
    proof: str
    closed_at: datetime | None

    @classmethod
    def of(cls, one: Request) -> "RequestOut":
        plain = ("asks", "customer_id", "who", "contact", "channel", "words", "received_at", "due_on", "extended_why")
        ends = ("checked_at", "checked_how", "outcome", "ground", "proof", "closed_at")
        return cls(
            id=one.pk,
            overdue=one.overdue(timezone.localdate()),
            assignee=one.assignee.email if one.assignee else None,
            **{name: getattr(one, name) for name in (*plain, *ends)},
        )


class RequestsOut(BaseModel):
    items: list[RequestOut]


class RequestWithStepsOut(RequestOut):
    steps: list[StepOut]


class NewRequest(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "asks": "access",
                    "who": "Ann Lee",
                    "contact": "ann@x.example",
                    "channel": "email",
                    "received_at": "2026-03-02T09:30:00+01:00",
                }
            ]
        }
    )

    asks: Asks
    who: Name
    contact: Line = ""
    channel: ChannelChoice = ChannelChoice.EMAIL
    received_at: Past | None = Field(default=None, description="When it came, if not now.")
    words: Text = ""
    customer_id: int | None = None
    assignee: Word | None = Field(default=None, description="By e-mail address.")


class RequestStep(Given):
    """One step: exactly one of these."""

    customer_id: int | None = Field(default=None, description="Whose record it is about.")
    assignee: Word | None = Field(default=None, description="Who answers, by e-mail address.")
    checked_how: Told | None = Field(default=None, description="What was checked to know that it is them.")
    extended_to: date | None = Field(default=None, description="With `why`: its new last day; the person was told.")
    why: Said = ""
    note: Told | None = None
    outcome: Outcome | None = Field(default=None, description="With `proof`, and `ground` where not all was done.")
    ground: Said = ""
    proof: Said = ""


def found_one(request: ApiRequest, request_id: int) -> Request:
    found = Request.objects.visible_to(request.user).most_urgent_first().filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found


def somebody(request: ApiRequest, email: str) -> User:
    found = answering().filter(pk__in=User.objects.visible_to(request.user), email__iexact=email).first()
    if found is None:
        raise ProblemError(422, f"{email} may not answer requests.", [Fault("Nobody who may.", pointer="#/assignee")])
    return found


def customer_of(request: ApiRequest, customer_id: int) -> Customer:
    found = Customer.objects.visible_to(request.user).living().filter(pk=customer_id).first()
    if found is None:
        raise ProblemError(422, "There is no such customer.", [Fault("Nobody.", pointer="#/customer_id")])
    return found


@endpoint("GET", "/privacy/requests", needs="privacy.view_request", answers={200: RequestsOut})
def list_privacy_requests(request: ApiRequest, *, closed: bool = False) -> RequestsOut:
    """Open ones, overdue first; with `closed` those that are answered, too."""
    rows = Request.objects.visible_to(request.user).most_urgent_first()
    return RequestsOut(items=[RequestOut.of(one) for one in (rows if closed else rows.open())[:LISTED]])


@endpoint("POST", "/privacy/requests", needs="privacy.note_request", answers={201: RequestOut})
def add_privacy_request(request: ApiRequest, body: NewRequest) -> Answer:
    """Note a request; its clock runs from `received_at`."""
    now = timezone.now()
    asked = Asked(
        asks=body.asks,
        who=body.who,
        contact=body.contact,
        channel=body.channel,
        received_at=body.received_at or now,
        words=body.words,
        customer=customer_of(request, body.customer_id) if body.customer_id else None,
    )
    assignee = somebody(request, body.assignee) if body.assignee else None
    try:
        made = steps.receive(asked, assignee=assignee, by=request.user, at=now)
    except RequestError as problem:
        raise ProblemError(422, REASONS[problem.code]) from problem
    return Answer(RequestOut.of(made), status=201)


@endpoint(
    "GET",
    "/privacy/requests/{int:request_id}",
    needs="privacy.view_request",
    answers={200: RequestWithStepsOut},
    problems=(404,),
)
def read_privacy_request(request: ApiRequest, request_id: int) -> RequestWithStepsOut:
    """A request with all that was done about it."""
    found = found_one(request, request_id)
    rows = found.steps.all().in_order()
    done = [StepOut(kind=s.kind, words=s.words, at=s.at, by=s.by.email if s.by else None) for s in rows]
    return RequestWithStepsOut(**RequestOut.of(found).model_dump(), steps=done)


@endpoint(
    "POST",
    "/privacy/requests/{int:request_id}/steps",
    needs="privacy.answer_request",
    answers={200: RequestOut},
    problems=(404, 409),
)
def add_privacy_step(request: ApiRequest, request_id: int, body: RequestStep) -> RequestOut:
    """Take one step with a request."""
    found = found_one(request, request_id)
    said = [
        name
        for name in ("customer_id", "assignee", "checked_how", "extended_to", "note", "outcome")
        if getattr(body, name)
    ]
    if len(said) != 1:
        raise ProblemError(422, "Send exactly one step.", [Fault("One step at a time.")])
    try:
        take(request, found, body)
    except RequestError as problem:
        raise ProblemError(409, REASONS[problem.code]) from problem
    return RequestOut.of(found_one(request, request_id))


def take(request: ApiRequest, found: Request, body: RequestStep) -> None:
    by, at = request.user, timezone.now()
    if body.customer_id:
        steps.find(found, customer_of(request, body.customer_id), by=by, at=at)
    elif body.assignee:
        steps.give(found, somebody(request, body.assignee), by=by, at=at)
    elif body.checked_how:
        steps.check(found, body.checked_how, by=by, at=at)
    elif body.extended_to:
        steps.extend(found, body.extended_to, body.why, by=by, at=at)
    elif body.note:
        steps.note(found, body.note, by=by, at=at)
    elif body.outcome:
        steps.close(found, Outcome(body.outcome), ground=body.ground, proof=body.proof, by=by, at=at)
