"""What the API takes in and gives out about interactions, and what it refuses."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Annotated, Any, Literal

from babel import Locale
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import to_json

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.lib.moments import in_utc
from rapport.people.endpoint import After, Given, Limit, Line, Word
from rapport.timeline.read import Entry, Seat
from rapport.timeline.receive import Outcome, Received

LONGEST_TEXT = 1_000_000
LARGEST_DATA = 100_000
DEEPEST_DATA = 20
EARLIEST = 1800
AHEAD = timedelta(days=1)


# Plain words, not enumerations: a batch reads many, and these are read fastest.
IdentifierKind = Literal["email", "phone", "account", "external", "cookie", "social"]
PartyRole = Literal["customer", "from", "to", "cc", "bcc", "attendee"]
ONE_SOMEBODY = ("customer", "from")


def written(value: object) -> object:
    if not isinstance(value, datetime) and (not isinstance(value, str) or "-" not in value):
        message = "Write the moment as in ISO 8601 with its offset, like 2026-03-02T09:30:00+01:00."
        raise ValueError(message)
    return value


def possible(moment: datetime) -> datetime:
    try:
        return in_utc(moment)
    except ValueError:
        message = "This year can't be."
        raise ValueError(message) from None


def plausible(moment: datetime) -> datetime:
    if moment.year < EARLIEST:
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
    text = to_json(data)
    if b"Infinity" in text and not finite(data):
        message = "Holds a number that is too large."
        raise ValueError(message)
    size = len(text)
    if size > LARGEST_DATA:
        message = f"Larger than {LARGEST_DATA} bytes."
        raise ValueError(message)
    # Each level takes two brackets, so what is short is not deep.
    if size > 2 * DEEPEST_DATA and depth(data) > DEEPEST_DATA:
        message = f"Nested deeper than {DEEPEST_DATA}."
        raise ValueError(message)
    return data


def finite(value: object) -> bool:
    """Whether there is no number in it that was too large to be read, as 1e400 is."""
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or isfinite(value)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


Moment = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(possible)]
Past = Annotated[Moment, AfterValidator(plausible)]
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
    private: bool = Field(default=False, description="Not for this reader: only that it was, when and which way.")
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
            private=entry.private,
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
