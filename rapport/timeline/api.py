"""Interactions over the API: taken in one by one or by the thousand, read, assigned."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from babel import Locale
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query
from psycopg.errors import DeadlockDetected
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import from_json, to_json

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Member
from rapport.customers.reach import reach, survivor
from rapport.lib import cursor
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.timeline.assign import assign
from rapport.timeline.models import Interaction
from rapport.timeline.read import Cursor, Entry, Filters, Seat, entries_of, timeline_of
from rapport.timeline.receive import Outcome, Received, receive
from rapport.ui.problem import Fault, ProblemError

MOST_ROWS = 10_000
LONGEST_TEXT = 1_000_000
LARGEST_DATA = 100_000
DEEPEST_DATA = 20
EARLIEST = 1800
AHEAD = timedelta(days=1)
TRIES = 4
STATUS = {Outcome.CREATED: 201, Outcome.KNOWN: 200, Outcome.CORRECTED: 200}


# Plain words, not enumerations: a batch reads many, and these are read fastest.
IdentifierKind = Literal["email", "phone", "account", "external", "cookie", "social"]
PartyRole = Literal["customer", "from", "to", "cc", "bcc", "attendee"]
ONE_SOMEBODY = ("customer", "from")


def written(value: object) -> object:
    if not isinstance(value, str) or "-" not in value:
        message = "Write the moment as in ISO 8601 with its offset, like 2026-03-02T09:30:00+01:00."
        raise ValueError(message)
    return value


def plausible(moment: datetime) -> datetime:
    if moment.year < EARLIEST or moment.year > 9000:  # noqa: PLR2004
        message = "This year can't be."
        raise ValueError(message)
    if moment > datetime.now(UTC) + AHEAD:
        message = "This is more than a day ahead."
        raise ValueError(message)
    return moment


@cache
def currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def known_currency(code: str) -> str:
    code = code.upper()
    if code and code not in currencies():
        message = "This is no currency of ISO 4217, like EUR."
        raise ValueError(message)
    return code


def bounded(data: dict[str, Any]) -> dict[str, Any]:
    size = len(to_json(data))
    if size > LARGEST_DATA:
        message = f"Larger than {LARGEST_DATA} bytes."
        raise ValueError(message)
    # Each level takes two brackets, so what is short is not deep.
    if size > 2 * DEEPEST_DATA and depth(data) > DEEPEST_DATA:
        message = f"Nested deeper than {DEEPEST_DATA}."
        raise ValueError(message)
    return data


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


Moment = Annotated[AwareDatetime, BeforeValidator(written)]
Past = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(plausible)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Sort = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
Subject = Annotated[str, StringConstraints(max_length=1000)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Touchpoint = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")]
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Currency = Annotated[str, StringConstraints(max_length=3), AfterValidator(known_currency)]


class IdentifierIn(Given):
    """Something that tells who took part."""

    kind: IdentifierKind
    value: Key
    role: PartyRole | None = Field(
        default=None,
        description="All without a role, and all with `customer` or with `from`, describe one somebody;"
        " each `to`, `cc`, `bcc` and `attendee` is somebody of their own.",
    )
    namespace: Word | None = Field(default=None, description="Of a record id: the source, unless said otherwise.")
    name: Line | None = Field(default=None, description="The name that came along, for somebody nobody knows yet.")

    @field_validator("value")
    @classmethod
    def usable(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind == "email":
            try:
                normalise("email", value)
            except NotAnIdentifier as error:
                message = f"This is no e-mail address: {error}"
                raise ValueError(message) from error
        elif kind == "phone" and not any(map(str.isdigit, value)):
            message = "This is no phone number; leave it out when it is withheld."
            raise ValueError(message)
        return value


class InteractionIn(Given):
    """Something that passed between a customer and us. `source` and `external_id` make it once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "mail",
                    "external_id": "20260302.093000@aurora.example",
                    "occurred_at": "2026-03-02T09:30:00+00:00",
                    "channel": "email",
                    "direction": "inbound",
                    "kind": "mail",
                    "identifiers": [
                        {"kind": "email", "value": "marta@aurora.example", "role": "from", "name": "Marta Leal"}
                    ],
                    "subject": "Delivery of order 4711",
                    "text": "When will it arrive?",
                }
            ]
        }
    )

    source: Name
    external_id: Key
    occurred_at: Past
    channel: Channel
    direction: Direction
    kind: Sort
    identifiers: Annotated[list[IdentifierIn], Field(max_length=1000)]
    subject: Subject | None = None
    text: Text | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    brand: Line | None = None
    touchpoint: Touchpoint | None = None
    data: Annotated[dict[str, Any], AfterValidator(bounded)] | None = None

    def as_inbound(self) -> Inbound:
        return Inbound(
            source=self.source,
            external_id=self.external_id,
            at=self.occurred_at,
            channel=self.channel,
            direction=self.direction,
            kind=self.kind,
            parties=parties(self.identifiers),
            subject=self.subject or "",
            text=self.text or "",
            amount=self.amount,
            currency=self.currency or "",
            brand=self.brand or "",
            touchpoint=self.touchpoint or "",
            data=self.data or {},
        )


def parties(identifiers: Sequence[IdentifierIn]) -> tuple[Party, ...]:
    """Who took part; without any identifier one somebody of whom nothing is known, so that the queue shows it."""
    together: dict[str, list[IdentifierIn]] = {}
    for place, one in enumerate(identifiers):
        role = one.role or "customer"
        together.setdefault(role if role in ONE_SOMEBODY else f"{role} {place}", []).append(one)
    return tuple(party(clues) for clues in together.values()) or (Party(),)


def party(clues: Sequence[IdentifierIn]) -> Party:
    return Party(
        tuple(Clue(one.kind, one.value, one.namespace or "") for one in clues),
        role=clues[0].role or "customer",
        name=next((one.name for one in clues if one.name), ""),
    )


class ReceivedOut(BaseModel):
    """What became of it. `customer_id` is null while nobody knows whose it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": 4711, "customer_id": 12, "version": 1, "outcome": "created", "conflicts": []}]
        }
    )

    id: int
    customer_id: int | None
    version: int
    outcome: Outcome
    conflicts: list[int] = Field(description="Other customers that weaker identifiers point to.")

    @classmethod
    def of(cls, one: Received) -> "ReceivedOut":
        return cls(
            id=one.interaction_id,
            customer_id=one.customer_id,
            version=one.version,
            outcome=one.outcome,
            conflicts=list(one.conflicts),
        )


class ParticipantOut(BaseModel):
    role: str
    kind: str
    value: str
    name: str = Field(description="Empty for strangers and for customers of another team.")
    customer_id: int | None

    @classmethod
    def of(cls, seat: Seat) -> "ParticipantOut":
        return cls(role=seat.role, kind=seat.kind, value=seat.value, name=seat.name, customer_id=seat.customer_id)


class InteractionOut(BaseModel):
    id: int
    customer_id: int | None
    source: str
    external_id: str
    occurred_at: datetime
    received_at: datetime
    channel: str
    direction: str
    kind: str
    subject: str
    text: str
    amount: str | None = Field(description="A decimal number, written out.")
    currency: str
    brand: str
    touchpoint: str
    author: str
    version: int
    data: dict[str, Any]
    participants: list[ParticipantOut]

    @classmethod
    def of(cls, entry: Entry) -> "InteractionOut":
        return cls(
            id=entry.id,
            customer_id=next((seat.customer_id for seat in entry.seats if seat.main), None),
            source=entry.source,
            external_id=entry.external_id,
            occurred_at=entry.at,
            received_at=entry.received_at,
            channel=entry.channel,
            direction=entry.direction,
            kind=entry.kind,
            subject=entry.subject,
            text=entry.text,
            amount=f"{entry.amount.normalize():f}" if entry.amount is not None else None,
            currency=entry.currency,
            brand=entry.brand,
            touchpoint=entry.touchpoint,
            author=entry.author,
            version=entry.version,
            data=dict(entry.data),
            participants=[ParticipantOut.of(seat) for seat in entry.seats if seat.value or seat.member_id],
        )


class InteractionPage(BaseModel):
    items: list[InteractionOut]
    next: str | None = Field(description="What `after` takes for the following page; null at the end.")


class Choice(BaseModel):
    """Which interactions."""

    channel: list[Channel] = []
    direction: list[Direction] = []
    kind: list[Word] = []
    since: Moment | None = None
    until: Moment | None = None
    after: After = ""
    limit: Limit = 50


class QueueChoice(Choice):
    unassigned: bool = Field(default=False, description="Only those that nobody knows the customer of.")
    source: Word = ""


class Assignment(Given):
    customer_id: int


@endpoint(
    "POST",
    "/interactions",
    needs="timeline.add_interaction",
    answers={201: ReceivedOut, 200: ReceivedOut},
    problems=(413,),
)
def record_interaction(request: ApiRequest, interaction: InteractionIn) -> Answer:
    """Take in one interaction. 201 when it is new; 200 when it is known, with a higher version when it changed."""
    (one,) = take_in([interaction.as_inbound()], request)
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
    read = [read_row(row) for row in rows_of(request.body)]
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
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    at, pk = str(place[0]), int(place[1])
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
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
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
