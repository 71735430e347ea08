"""Interactions over the API: taken in one by one or by the thousand, read, assigned."""

from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query
from psycopg.errors import DeadlockDetected
from pydantic import (
    BaseModel,
    Field,
    ValidationError,
)
from pydantic_core import from_json, to_json

from rapport.channels.inbound import Inbound
from rapport.customers.models import Member
from rapport.customers.reach import reach, survivor
from rapport.lib import cursor
from rapport.lib.moments import in_utc
from rapport.people.endpoint import Answer, endpoint
from rapport.people.tokens import ApiRequest
from rapport.timeline.assign import assign
from rapport.timeline.beyond import NOT_YOURS, beyond
from rapport.timeline.models import Interaction
from rapport.timeline.payloads import (
    Assignment,
    Choice,
    InteractionIn,
    InteractionOut,
    InteractionPage,
    QueueChoice,
    ReceivedOut,
)
from rapport.timeline.read import Cursor, Filters, entries_of, timeline_of
from rapport.timeline.receive import Outcome, Received, receive
from rapport.ui.problem import Fault, ProblemError

MOST_ROWS = 10_000
TRIES = 4
STATUS = {Outcome.CREATED: 201, Outcome.KNOWN: 200, Outcome.CORRECTED: 200}


@endpoint(
    "POST",
    "/interactions",
    needs="timeline.add_interaction",
    answers={201: ReceivedOut, 200: ReceivedOut},
    problems=(413,),
)
def record_interaction(request: ApiRequest, interaction: InteractionIn) -> Answer:
    """Take in one interaction. 201 when it is new; 200 when it is known, with a higher version when it changed."""
    inbound = interaction.as_inbound()
    if beyond([inbound], sender=request.user):
        raise ProblemError(422, f"external_id: {NOT_YOURS}", [Fault(NOT_YOURS, "#/external_id")])
    (one,) = take_in([inbound], request)
    return Answer(ReceivedOut.of(one), STATUS[one.outcome])


BATCH = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "maxItems": MOST_ROWS,
                    "items": {"$ref": "#/components/schemas/InteractionIn"},
                }
            }
        },
    }
}


class RefusedOut(BaseModel):
    status: int = 422
    title: str = "Unprocessable Entity"
    detail: str
    errors: list[dict[str, str]]


class RowOut(BaseModel):
    """The answer for one row of a batch: as for one interaction, or an error."""

    status: int = Field(description="201, 200 or 422, as if the row had come alone.")
    id: int | None = None
    customer_id: int | None = None
    version: int | None = None
    outcome: Outcome | None = None
    conflicts: list[int] = []
    error: RefusedOut | None = None


@endpoint(
    "POST",
    "/interactions/batch",
    needs="timeline.add_interaction",
    answers={200: list[RowOut]},
    problems=(413,),
    extra=BATCH,
)
def record_interactions(request: ApiRequest) -> HttpResponse:
    """Take in up to 10,000 interactions; each row has its own answer, in their order, and a bad row stops no other."""
    read = allowed([read_row(row) for row in rows_of(request.body)], request)
    received = iter(take_in([row for row in read if isinstance(row, Inbound)], request))
    answers = [as_row(next(received)) if isinstance(row, Inbound) else row for row in read]
    return HttpResponse(to_json(answers), "application/json")


def rows_of(body: bytes) -> list[object]:
    try:
        rows = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError(400, f"This is no JSON: {error}") from error
    if not isinstance(rows, list):
        raise ProblemError(422, "Send a list of interactions.", [Fault("Send a list.")])
    if len(rows) > MOST_ROWS:
        raise ProblemError(413, f"No more than {MOST_ROWS} interactions at once; these are {len(rows)}.")
    return rows


def allowed(read: Sequence[Inbound | dict[str, object]], request: ApiRequest) -> list[Inbound | dict[str, object]]:
    """``read`` with refusals in place of what this token's owner may not rewrite."""
    places = [place for place, row in enumerate(read) if isinstance(row, Inbound)]
    wrong = beyond([row for row in read if isinstance(row, Inbound)], sender=request.user)
    closed = {places[number] for number in wrong}
    refused = ProblemError(422, f"external_id: {NOT_YOURS}", [Fault(NOT_YOURS, "#/external_id")])
    return [
        {"status": 422, "id": None, "error": refused.as_dict()} if place in closed else row
        for place, row in enumerate(read)
    ]


def read_row(row: object) -> Inbound | dict[str, object]:
    """The row as it is taken in, or the answer that says what is wrong with it."""
    try:
        return InteractionIn.model_validate(row).as_inbound()
    except ValidationError as error:
        faults = [
            Fault(one["msg"], pointer="/".join(["#", *map(str, one["loc"])]))
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    first = faults[0]
    where = first.pointer[2:].replace("/", ".")
    refused = ProblemError(422, f"{where}: {first.detail}" if where else first.detail, faults)
    return {"status": 422, "id": None, "error": refused.as_dict()}


def as_row(one: Received) -> dict[str, object]:
    return {
        "status": STATUS[one.outcome],
        "id": one.interaction_id,
        "customer_id": one.customer_id,
        "version": one.version,
        "outcome": one.outcome,
        "conflicts": one.conflicts,
    }


def take_in(inbounds: Sequence[Inbound], request: ApiRequest) -> list[Received]:
    """Receive; two senders that correct each other's rows may lock up, and then one of them starts again."""
    for left in reversed(range(TRIES)):
        try:
            return receive(inbounds, by=request.user, at=timezone.now())
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise
    return []


@endpoint("GET", "/interactions", needs="timeline.view_interaction", answers={200: InteractionPage})
def list_interactions(request: ApiRequest, choice: Query[QueueChoice]) -> InteractionPage:
    """Interactions, the last recorded first; of those that nobody is known for, the most recent first."""
    found = Interaction.objects.visible_to(request.user).filter(**conditions(choice))
    place = cursor.read(choice.after, str, int) if choice.after else ("", 0)
    if place is None:
        raise leads_nowhere()
    at, pk = moment(str(place[0])), int(place[1])
    if choice.unassigned:
        found = found.unassigned().order_by("-at", "-pk")
        older = found.filter(at__lt=at) | found.filter(at=at, pk__lt=pk) if at else found
    else:
        found = found.order_by("-pk")
        older = found.filter(pk__lt=pk) if pk else found
    keys = list(older.values_list("at", "pk")[: choice.limit + 1])
    page = keys[: choice.limit]
    entries = entries_of((pk for _at, pk in page), reader=request.user)
    following = cursor.write(page[-1][0].isoformat(), page[-1][1]) if len(keys) > choice.limit else None
    return InteractionPage(items=[InteractionOut.of(entries[pk]) for _at, pk in page], next=following)


def moment(text: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text)) if text else None
    except ValueError:
        raise leads_nowhere() from None


def leads_nowhere() -> ProblemError:
    return ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])


def conditions(choice: QueueChoice) -> dict[str, object]:
    wanted = {
        "channel__in": choice.channel,
        "direction__in": choice.direction,
        "kind__in": choice.kind,
        "at__gte": choice.since,
        "at__lt": choice.until,
        "source": choice.source,
    }
    return {name: value for name, value in wanted.items() if value}


@endpoint(
    "GET",
    "/interactions/{int:interaction_id}",
    needs="timeline.view_interaction",
    answers={200: InteractionOut},
    problems=(404,),
)
def read_interaction(request: ApiRequest, interaction_id: int) -> InteractionOut:
    """One interaction, as its source said it last."""
    return as_out(the_interaction(interaction_id, request), request)


@endpoint(
    "POST",
    "/interactions/{int:interaction_id}/assign",
    needs="timeline.assign_interaction",
    answers={200: InteractionOut},
    problems=(404,),
)
def assign_interaction(request: ApiRequest, interaction_id: int, assignment: Assignment) -> InteractionOut:
    """Say whose it is. Harmless when repeated."""
    interaction = the_interaction(interaction_id, request)
    customer = survivor(assignment.customer_id, reader=request.user)
    if customer is None:
        raise ProblemError(
            422, "customer_id: there is no such customer.", [Fault("There is no such customer.", "#/customer_id")]
        )
    assign(interaction, customer, by=request.user, at=timezone.now())
    return as_out(interaction, request)


def the_interaction(interaction_id: int, request: ApiRequest) -> Interaction:
    found = Interaction.objects.visible_to(request.user).filter(pk=interaction_id).first()
    if found is None:
        raise Http404
    return found


def as_out(interaction: Interaction, request: ApiRequest) -> InteractionOut:
    return InteractionOut.of(entries_of([interaction.pk], reader=request.user)[interaction.pk])


@endpoint(
    "GET",
    "/customers/{int:customer_id}/timeline",
    needs="timeline.view_interaction",
    answers={200: InteractionPage},
    problems=(404,),
)
def read_timeline(request: ApiRequest, customer_id: int, choice: Query[Choice]) -> InteractionPage:
    """All that passed between this customer and us, newest first; what was just recorded is there."""
    customer = reach(customer_id, reader=request.user)
    if customer is None:
        raise Http404
    before = Cursor.parse(choice.after)
    if choice.after and before is None:
        raise leads_nowhere()
    members = Member.objects.visible_to(request.user).filter(customer=customer).values_list("pk", flat=True)
    filters = Filters(
        channels=tuple(choice.channel),
        directions=tuple(choice.direction),
        kinds=tuple(choice.kind),
        since=choice.since,
        until=choice.until,
    )
    page = timeline_of(list(members), reader=request.user, before=before, filters=filters, limit=choice.limit)
    items = [InteractionOut.of(entry) for entry in page.entries]
    return InteractionPage(items=items, next=str(page.next) if page.next else None)
