"""One's own calendar at a server over the API: how it goes, what has to be chosen, compare now."""

from datetime import datetime
from typing import Literal

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.calendars import connect as ways
from rapport.calendars.choose_side import choose_side
from rapport.calendars.own_calendar import OwnCalendar, OwnEntry
from rapport.calendars.own_pages import questions_of
from rapport.calendars.told import trouble_in_words
from rapport.people.endpoint import Given, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class DifferenceOut(BaseModel):
    part: str
    here: str
    there: str


class QuestionOut(BaseModel):
    id: int
    meeting_id: int
    title: str
    deleted_there: bool
    differences: list[DifferenceOut]


class OwnCalendarOut(BaseModel):
    server: str
    name: str
    active: bool
    trouble: str = Field(description="Why it can't be reached, in words; empty when all is well.")
    failing_since: datetime | None
    synced_at: datetime | None
    next_at: datetime
    questions: list[QuestionOut] = Field(description="Where both sides differ and you have to choose.")

    @classmethod
    def of(cls, one: OwnCalendar, user: User) -> "OwnCalendarOut":
        names = ("server", "name", "active", "failing_since", "synced_at", "next_at")
        questions = [
            QuestionOut(
                id=asked.entry.pk,
                meeting_id=asked.meeting.pk,
                title=asked.meeting.title,
                deleted_there=asked.gone,
                differences=[DifferenceOut(part=two.part, here=two.here, there=two.there) for two in asked.differences],
            )
            for asked in questions_of(user)
        ]
        trouble = trouble_in_words(one.trouble) if one.trouble else ""
        return cls(trouble=trouble, questions=questions, **{name: getattr(one, name) for name in names})


class SideIn(Given):
    """Of one part, `here` or `there`; of what was deleted there, `again` or `cancel`."""

    side: Literal["here", "there", "again", "cancel"]
    part: Literal["", "title", "time", "place", "note"] = ""


@endpoint("GET", "/own-calendar", needs="calendars.bring_calendar", answers={200: OwnCalendarOut}, problems=(404,))
def read_own_calendar(request: ApiRequest) -> OwnCalendarOut:
    """Your own calendar: how it goes, and where you have to choose. Its password is never told."""
    return OwnCalendarOut.of(the_calendar(request.user), request.user)


@endpoint(
    "POST", "/own-calendar/sync", needs="calendars.bring_calendar", answers={200: OwnCalendarOut}, problems=(404,)
)
def sync_own_calendar(request: ApiRequest) -> OwnCalendarOut:
    """Compare both sides within a minute."""
    ways.now(the_calendar(request.user), at=timezone.now())
    return OwnCalendarOut.of(the_calendar(request.user), request.user)


@endpoint(
    "POST",
    "/own-calendar/questions/{int:own_entry_id}",
    needs="calendars.bring_calendar",
    answers={200: OwnCalendarOut},
    problems=(404,),
)
def choose_in_own_calendar(request: ApiRequest, own_entry_id: int, choice: SideIn) -> OwnCalendarOut:
    """Say what holds where both sides differ."""
    entry = OwnEntry.objects.visible_to(request.user).filter(pk=own_entry_id).first()
    if entry is None:
        raise Http404
    if not choose_side(entry, choice.side, part=choice.part, at=timezone.now()):
        detail = "This is not asked, or not any more."
        raise ProblemError(422, f"side: {detail}", [Fault(detail, "#/side")])
    return OwnCalendarOut.of(the_calendar(request.user), request.user)


def the_calendar(user: User) -> OwnCalendar:
    found = OwnCalendar.objects.visible_to(user).first()
    if found is None:
        raise Http404
    return found
