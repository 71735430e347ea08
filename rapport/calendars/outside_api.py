"""Calendars of others over the API: files sent in, addresses subscribed to, and what became of every entry."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.calendars import subscribe as ways
from rapport.calendars.models import Outcome, Reading, SubscribedCalendar
from rapport.calendars.outside_pages import entries_of
from rapport.calendars.start import kept, let_go, start
from rapport.calendars.subscribe import SubscribeError
from rapport.calendars.told import trouble_in_words
from rapport.channels.calendar.happening import NoCalendarError
from rapport.people.endpoint import Answer, Given, Limit, Line, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class CalendarFileIn(Given):
    """A calendar in iCalendar format (RFC 5545), as its text. The same twice changes nothing."""

    name: Line = "calendar.ics"
    content: Annotated[str, Field(min_length=1)]
    newcomers: bool = Field(default=False, description="Whether people whom nobody knows become customers.")


class ReadingOut(BaseModel):
    id: int
    name: str
    state: Literal["running", "done", "broken"]
    trouble: str = Field(description="Why it broke off, in words.")
    entries: int
    outcomes: dict[str, int] = Field(description="What became of every entry; they add up.")
    meetings: int = Field(description="Made or changed, each of a series counted.")
    calendar_id: int | None
    created_at: datetime

    @classmethod
    def of(cls, one: Reading) -> "ReadingOut":
        return cls(
            id=one.pk,
            name=one.file_name,
            state=one.state,  # type: ignore[arg-type]
            trouble=trouble_in_words(one.trouble),
            entries=one.entries,
            outcomes={outcome.value: getattr(one, outcome.value) for outcome in Outcome},
            meetings=one.times,
            calendar_id=one.calendar_id,
            created_at=one.created_at,
        )


class EntryOut(BaseModel):
    number: int
    uid: str
    title: str
    starts_at: datetime | None
    outcome: str
    reason: str = Field(description="In words.")
    meetings: int
    meeting_id: int | None


class EntryPage(BaseModel):
    items: list[EntryOut]
    next: int | None = Field(description="Send it as `after` for the following page.")


class EntryChoice(Given):
    outcome: Word = ""
    after: int = 0
    limit: Limit = 50


class CalendarIn(Given):
    """A calendar's secret address, read every hour from now on."""

    address: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
    name: Word = ""
    newcomers: bool = False


class CalendarOut(BaseModel):
    id: int
    name: str
    server: str
    owner: str
    active: bool
    trouble: str = Field(description="Why it can't be read, in words; empty when all is well.")
    failing_since: datetime | None
    read_at: datetime | None
    next_at: datetime

    @classmethod
    def of(cls, one: SubscribedCalendar) -> "CalendarOut":
        names = ("name", "active", "failing_since", "read_at", "next_at")
        return cls(
            id=one.pk,
            server=one.host,
            owner=one.user.email,
            trouble=trouble_in_words(one.trouble),
            **{name: getattr(one, name) for name in names},
        )


class CalendarPage(BaseModel):
    items: list[CalendarOut]


@endpoint("POST", "/calendar-files", needs="calendars.bring_calendar", answers={201: ReadingOut})
def bring_calendar(request: ApiRequest, file: CalendarFileIn) -> Answer:
    """Take a calendar in; it is read in the background."""
    path = kept(file.content.encode(errors="replace"))
    try:
        made = start(path, file.name, newcomers=file.newcomers, by=request.user, at=timezone.now())
    except NoCalendarError as problem:
        let_go(path)
        raise refused("content", str(problem)) from problem
    return Answer(ReadingOut.of(made), 201)


@endpoint(
    "GET",
    "/calendar-readings/{int:reading_id}",
    needs="calendars.bring_calendar",
    answers={200: ReadingOut},
    problems=(404,),
)
def read_calendar_reading(request: ApiRequest, reading_id: int) -> ReadingOut:
    """How far a calendar has been read, and what became of its entries."""
    return ReadingOut.of(found_reading(request.user, reading_id))


@endpoint(
    "GET",
    "/calendar-readings/{int:reading_id}/entries",
    needs="calendars.bring_calendar",
    answers={200: EntryPage},
    problems=(404,),
)
def list_calendar_entries(request: ApiRequest, reading_id: int, choice: Query[EntryChoice]) -> EntryPage:
    """What became of each entry, in the order of the calendar."""
    lines = found_reading(request.user, reading_id).lines.filter(number__gt=choice.after).order_by("number")
    if choice.outcome:
        lines = lines.filter(outcome=choice.outcome)
    some = list(lines[: choice.limit + 1])
    items = [
        EntryOut(
            number=one.line.number,
            uid=one.line.uid,
            title=one.line.title,
            starts_at=one.line.starts_at,
            outcome=one.line.outcome,
            reason=one.reason,
            meetings=one.line.times,
            meeting_id=one.meeting_id,
        )
        for one in entries_of(some[: choice.limit], request.user)
    ]
    return EntryPage(items=items, next=items[-1].number if len(some) > choice.limit else None)


@endpoint("GET", "/calendars", needs="calendars.bring_calendar", answers={200: CalendarPage})
def list_calendars(request: ApiRequest) -> CalendarPage:
    """The calendars that are subscribed to, and how each goes. Their addresses are never told."""
    found = SubscribedCalendar.objects.visible_to(request.user).select_related("user").order_by("pk")
    return CalendarPage(items=[CalendarOut.of(one) for one in found])


@endpoint("POST", "/calendars", needs="calendars.bring_calendar", answers={201: CalendarOut})
def subscribe_calendar(request: ApiRequest, calendar: CalendarIn) -> Answer:
    """Subscribe to a calendar."""
    wish = ways.Wish(calendar.address, calendar.name, calendar.newcomers)
    try:
        made = ways.subscribe(wish, by=request.user, at=timezone.now())
    except SubscribeError as problem:
        raise refused("address", str(problem)) from problem
    return Answer(CalendarOut.of(made), 201)


@endpoint(
    "POST",
    "/calendars/{int:calendar_id}/read",
    needs="calendars.bring_calendar",
    answers={200: CalendarOut},
    problems=(404,),
)
def read_calendar(request: ApiRequest, calendar_id: int) -> CalendarOut:
    """Read it within a minute; one that was let go is taken up again."""
    ways.now(found_calendar(request.user, calendar_id), at=timezone.now())
    return CalendarOut.of(found_calendar(request.user, calendar_id))


@endpoint(
    "DELETE", "/calendars/{int:calendar_id}", needs="calendars.bring_calendar", answers={204: None}, problems=(404,)
)
def unsubscribe_calendar(request: ApiRequest, calendar_id: int) -> Answer:
    """Read it no more: what is still to come of it is cancelled, what was stays."""
    ways.unsubscribe(found_calendar(request.user, calendar_id), by=request.user, at=timezone.now())
    return Answer(None, 204)


def refused(field: str, trouble: str) -> ProblemError:
    detail = trouble_in_words(trouble)
    return ProblemError(422, f"{field}: {detail}", [Fault(detail, f"#/{field}")])


def found_reading(user: User, reading_id: int) -> Reading:
    found = Reading.objects.visible_to(user).filter(pk=reading_id).first()
    if found is None:
        raise Http404
    return found


def found_calendar(user: User, calendar_id: int) -> SubscribedCalendar:
    found = SubscribedCalendar.objects.visible_to(user).select_related("user").filter(pk=calendar_id).first()
    if found is None:
        raise Http404
    return found
