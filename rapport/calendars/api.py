"""Meetings and calls over the API: listed, planned, moved, held, cancelled."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import uuid4

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.calendars.cancel import cancel
from rapport.calendars.hold import hold
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, change, plan
from rapport.calendars.planned import Planned, shown
from rapport.customers.models import Customer
from rapport.people.endpoint import Answer, Given, Limit, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.timeline.payloads import Moment
from rapport.ui.problem import Fault, ProblemError

Text = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00]+$")]
Ids = Annotated[list[int], Field(max_length=100)]
Addresses = Annotated[list[str], Field(max_length=100)]


class MeetingIn(Given):
    """A meeting or a call with a date. The same `key` makes it once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Spring renewal",
                    "starts_at": "2026-03-02T09:00:00Z",
                    "ends_at": "2026-03-02T10:00:00Z",
                    "customers": [12],
                }
            ]
        }
    )

    kind: Literal["meeting", "call"] = "meeting"
    title: Title
    starts_at: Moment
    ends_at: Moment | None = Field(default=None, description="An hour later unless said otherwise.")
    whole_day: bool = False
    place: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    note: Text = ""
    customers: Ids = Field(default=[], description="Ids of the customers who take part.")
    colleagues: Addresses = Field(default=[], description="E-mail addresses; the sender unless said otherwise.")
    key: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""

    def wish(self) -> Wish:
        ends = self.ends_at or self.starts_at + timedelta(hours=1)
        if ends < self.starts_at:
            detail = "It would end before it begins."
            raise ProblemError(422, f"ends_at: {detail}", [Fault(detail, "#/ends_at")])
        key = self.key or str(uuid4())
        return Wish(Kind(self.kind), self.title, self.starts_at, ends, key, self.whole_day, self.place, self.note)


class MeetingChange(Given):
    """What is to be different; what is not named stays."""

    kind: Literal["meeting", "call"] | None = None
    title: Title | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = Field(default=None, description="Moves along with the beginning unless said.")
    whole_day: bool | None = None
    place: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] | None = None
    note: Text | None = None
    customers: Ids | None = None
    colleagues: Addresses | None = None


class ResultIn(Given):
    result: Text = ""


class MeetingOut(BaseModel):
    id: int
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    whole_day: bool
    place: str
    note: str
    state: Literal["planned", "held", "cancelled"]
    result: str
    customers: list[int]
    colleagues: list[str]
    interaction_id: int | None

    @classmethod
    def of(cls, line: Planned) -> "MeetingOut":
        one = line.meeting
        names = ("kind", "title", "starts_at", "ends_at", "whole_day", "place", "note", "result", "interaction_id")
        return cls(
            id=one.pk,
            state="cancelled" if one.cancelled_at else "held" if one.held_at else "planned",
            customers=[customer.pk for customer in line.customers],
            colleagues=[user.email for user in line.colleagues],
            **{name: getattr(one, name) for name in names},
        )


class MeetingPage(BaseModel):
    items: list[MeetingOut]
    next: int | None = Field(description="Send it as `after` for the following page.")


class MeetingChoice(Given):
    since: Moment | None = None
    until: Moment | None = None
    customer_id: int | None = None
    state: Literal["planned", "held", "cancelled"] | None = None
    after: int = 0
    limit: Limit = 50


STATES: dict[str, dict[str, Any]] = {
    "planned": {"held_at": None, "cancelled_at": None},
    "held": {"held_at__isnull": False, "cancelled_at": None},
    "cancelled": {"cancelled_at__isnull": False},
}


@endpoint("GET", "/meetings", needs="calendars.view_meeting", answers={200: MeetingPage})
def list_meetings(request: ApiRequest, choice: Query[MeetingChoice]) -> MeetingPage:
    """Meetings and calls in the order in which they were entered."""
    found = Meeting.objects.visible_to(request.user).filter(pk__gt=choice.after, **STATES.get(choice.state or "", {}))
    if choice.since:
        found = found.filter(ends_at__gte=choice.since)
    if choice.until:
        found = found.filter(starts_at__lt=choice.until)
    if choice.customer_id is not None:
        seen = Customer.objects.visible_to(request.user).filter(pk=choice.customer_id)
        found = found.filter(guests__member__customer__in=seen).distinct()
    lines = shown(found.order_by("pk")[: choice.limit + 1], reader=request.user, at=timezone.now())
    more = len(lines) > choice.limit
    items = [MeetingOut.of(line) for line in lines[: choice.limit]]
    return MeetingPage(items=items, next=items[-1].id if more else None)


@endpoint("POST", "/meetings", needs="calendars.change_meeting", answers={201: MeetingOut})
def plan_meeting(request: ApiRequest, meeting: MeetingIn) -> Answer:
    """Plan a meeting or a call. The same key again answers what was planned the first time."""
    chosen = customers_of(request.user, meeting.customers)
    colleagues = colleagues_of(request.user, meeting.colleagues) or [request.user]
    made = plan(meeting.wish(), customers=chosen, colleagues=colleagues, by=request.user, at=timezone.now())
    return Answer(told(request.user, made.pk), 201)


@endpoint(
    "PATCH",
    "/meetings/{int:meeting_id}",
    needs="calendars.change_meeting",
    answers={200: MeetingOut},
    problems=(404,),
)
def change_meeting(request: ApiRequest, meeting_id: int, meeting: MeetingChange) -> MeetingOut:
    """Move it, or change who takes part."""
    line = line_of(request.user, meeting_id)
    known, given = line.meeting, meeting.model_dump(exclude_none=True, exclude={"customers", "colleagues"})
    starts = meeting.starts_at or known.starts_at
    now = {name: getattr(known, name) for name in ("kind", "title", "whole_day", "place", "note")}
    moved = {"starts_at": starts, "ends_at": starts + (known.ends_at - known.starts_at)}
    wish = MeetingIn(**{**now, **moved, **given}).wish()
    chosen = list(line.customers) if meeting.customers is None else customers_of(request.user, meeting.customers)
    seen = Customer.objects.visible_to(request.user).values("pk")
    hidden = known.guests.exclude(member__customer__in=seen).select_related("member__customer")
    people = line.colleagues if meeting.colleagues is None else colleagues_of(request.user, meeting.colleagues)
    chosen += [guest.member.customer for guest in hidden]
    change(known, wish, customers=chosen, colleagues=people, by=request.user, at=timezone.now())
    return told(request.user, meeting_id)


@endpoint(
    "POST",
    "/meetings/{int:meeting_id}/cancel",
    needs="calendars.change_meeting",
    answers={200: MeetingOut},
    problems=(404,),
)
def cancel_meeting(request: ApiRequest, meeting_id: int) -> MeetingOut:
    """It will not take place. What was held stays held."""
    cancel(line_of(request.user, meeting_id).meeting, by=request.user, at=timezone.now())
    return told(request.user, meeting_id)


@endpoint(
    "POST",
    "/meetings/{int:meeting_id}/hold",
    needs="calendars.change_meeting",
    answers={200: MeetingOut},
    problems=(404,),
)
def hold_meeting(request: ApiRequest, meeting_id: int, held: ResultIn) -> MeetingOut:
    """It took place: it stands on the timeline of every customer who took part."""
    hold(line_of(request.user, meeting_id).meeting, held.result, by=request.user, at=timezone.now())
    return told(request.user, meeting_id)


def line_of(user: User, meeting_id: int) -> Planned:
    lines = shown(Meeting.objects.visible_to(user).filter(pk=meeting_id), reader=user, at=timezone.now())
    if not lines:
        raise Http404
    return lines[0]


def told(user: User, meeting_id: int) -> MeetingOut:
    return MeetingOut.of(line_of(user, meeting_id))


def customers_of(user: User, ids: list[int]) -> list[Customer]:
    found = Customer.objects.visible_to(user).living().in_bulk(ids)
    faults = [
        Fault("There is no such customer.", f"#/customers/{place}") for place, pk in enumerate(ids) if pk not in found
    ]
    if faults:
        raise ProblemError(422, f"customers: {faults[0].detail}", faults)
    return list(found.values())


def colleagues_of(user: User, addresses: list[str]) -> list[User]:
    found = {one.email: one for one in User.objects.visible_to(user).filter(email__in=addresses, is_active=True)}
    faults = [
        Fault("Nobody here has this address.", f"#/colleagues/{place}")
        for place, one in enumerate(addresses)
        if one not in found
    ]
    if faults:
        raise ProblemError(422, f"colleagues: {faults[0].detail}", faults)
    return list(found.values())
