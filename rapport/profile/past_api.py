"""A customer as of a past moment, over the API."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.fields.seen import masked
from rapport.people.endpoint import endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.profile.past import Past, past_of
from rapport.profile.then import FIELDS
from rapport.timeline.payloads import Moment
from rapport.ui.problem import Fault, ProblemError

At = Annotated[
    Moment | None, Field(description="The moment, with a zone and not in the future; now, where it is left out.")
]


class WayThen(BaseModel):
    kind: str
    value: str
    still_theirs: bool
    barred: bool = Field(description="Whether it was not to be used then.")


class TieThen(BaseModel):
    customer_id: int
    name: str
    words: str
    role: str


class TaskThen(BaseModel):
    title: str
    due_at: datetime | None


class OrdersThen(BaseModel):
    currency: str
    total: Decimal
    count: int


class ContactsThen(BaseModel):
    channel: str
    count: int
    last_at: datetime


class PastOut(BaseModel):
    """The customer that the record was part of then; `today` is where it lives now."""

    at: datetime
    customer_id: int
    today: int
    name: str
    known: bool = Field(description="Whether there was a record of them here; without one only what happened is told.")
    record: dict[str, Any] | None
    fields: dict[str, Any] | None = Field(description="The organisation's own fields by key, formulas left out.")
    identifiers: list[WayThen]
    addresses: list[str]
    relationships: list[TieThen]
    preferences: list[str]
    open_tasks: list[TaskThen]
    conditions: list[str]
    orders: list[OrdersThen]
    contacts: list[ContactsThen]

    @classmethod
    def of(cls, past: Past, *, reader: User) -> "PastOut":
        row = past.record
        return cls(
            at=past.at,
            customer_id=past.customer_id,
            today=past.today.pk,
            name=past.name,
            known=row is not None,
            record={name: told(row, name) for name in ("kind", "name", *FIELDS)} if row else None,
            fields=masked(row.extra, reader=reader) if row else None,
            identifiers=[
                WayThen(kind=one.kind, value=one.value, still_theirs=not one.gone, barred=one.barred)
                for one in past.ways
            ],
            addresses=list(past.addresses),
            relationships=[
                TieThen(customer_id=one.customer_id, name=one.name, words=str(one.words), role=one.role)
                for one in past.relatives
            ],
            preferences=[f"{one.topic.value}: {one.value}" for one in past.wishes],
            open_tasks=[TaskThen(title=one.title, due_at=one.due_at) for one in past.tasks],
            conditions=[str(one.name) for one in past.conditions],
            orders=[OrdersThen(currency=one.currency, total=one.amount, count=one.count) for one in past.orders],
            contacts=[ContactsThen(channel=one.channel, count=one.count, last_at=one.last_at) for one in past.used],
        )


def told(row: Any, name: str) -> Any:
    """A golden field as a plain value; whoever looked after them by name."""
    value = getattr(row, name)
    return value if isinstance(value, list) or value is None else str(value)


@endpoint(
    "GET",
    "/customers/{int:customer_id}/past",
    needs="customers.view_customer",
    answers={200: PastOut},
    problems=(404, 422),
)
def read_past(request: ApiRequest, customer_id: int, at: At = None) -> PastOut:
    """The customer as of a moment: record, ways to reach them, preferences, what was open, what had happened by then."""
    now = timezone.now()
    if at and at > now:
        raise ProblemError(422, "at: This moment has not come yet.", [Fault("It is in the future.", parameter="at")])
    found = past_of(customer_id, reader=request.user, at=at or now)
    if found is None:
        raise Http404
    return PastOut.of(found, reader=request.user)
