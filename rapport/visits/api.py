"""Visits over the API: a day on the road, a report, where a customer is found."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.calendars.models import Meeting
from rapport.customers.reach import survivor
from rapport.people.endpoint import Answer, Given, endpoint
from rapport.people.tokens import ApiRequest
from rapport.timeline.payloads import Moment
from rapport.ui.problem import Fault, ProblemError
from rapport.visits.day import Stop, day_of
from rapport.visits.mark_spot import mark_spot
from rapport.visits.models import Report, Spot
from rapport.visits.report_visit import Said, report_visit

Text = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]


class VisitOut(BaseModel):
    meeting_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    customers: list[int]
    latitude: float | None
    longitude: float | None
    km: float | None = Field(description="By road from the one before, where both places are known.")
    reported: bool

    @classmethod
    def of(cls, stop: Stop) -> "VisitOut":
        one = stop.meeting
        return cls(
            meeting_id=one.pk,
            title=one.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            place=one.place,
            customers=[customer.pk for customer in stop.line.customers],
            latitude=stop.point.latitude if stop.point else None,
            longitude=stop.point.longitude if stop.point else None,
            km=round(stop.km, 1) if stop.km is not None else None,
            reported=stop.reported,
        )


class VisitDayOut(BaseModel):
    day: date
    items: list[VisitOut]


class VisitDayChoice(Given):
    day: Day | None = Field(default=None, description="Today unless said otherwise.")


class VisitReportIn(Given):
    """What came of a visit. The same `key` makes it once."""

    key: UUID
    met: Literal["met", "nobody"] = "met"
    text: Text = ""
    written_at: Moment | None = Field(default=None, description="When it was written, if that was earlier.")
    todo: Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")] = ""
    todo_on: Day | None = None


class VisitReportOut(BaseModel):
    meeting_id: int
    met: str
    written_at: datetime
    came_at: datetime
    interaction_id: int | None


class SpotIn(Given):
    latitude: Annotated[Decimal, Field(ge=-90, le=90)]
    longitude: Annotated[Decimal, Field(ge=-180, le=180)]


class SpotOut(BaseModel):
    customer_id: int
    latitude: float
    longitude: float


@endpoint("GET", "/visits", needs="calendars.view_meeting", answers={200: VisitDayOut})
def list_visits(request: ApiRequest, choice: Query[VisitDayChoice]) -> VisitDayOut:
    """Your visits of a day, in their order."""
    day = choice.day or timezone.localdate()
    found = day_of(request.user, day, at=timezone.now())
    return VisitDayOut(day=day, items=[VisitOut.of(stop) for stop in found.stops])


@endpoint(
    "POST",
    "/visits/{int:meeting_id}/report",
    needs="calendars.change_meeting",
    answers={200: VisitReportOut, 201: VisitReportOut},
    problems=(404,),
)
def send_report(request: ApiRequest, meeting_id: int, report: VisitReportIn) -> Answer:
    """Report a visit. Sent again with its key, it answers 200 and changes nothing."""
    meeting = Meeting.objects.visible_to(request.user).filter(pk=meeting_id).first()
    if meeting is None:
        raise Http404
    if report.met == "met" and not report.text.strip():
        detail = "Say in a sentence what was said."
        raise ProblemError(422, f"text: {detail}", [Fault(detail, "#/text")])
    now = timezone.now()
    said = Said(Report.Met(report.met), report.text.strip(), report.written_at or now, report.todo, report.todo_on)
    done = report_visit(meeting, said, key=report.key, by=request.user, at=now)
    meeting.refresh_from_db()
    one = done.report
    body = VisitReportOut(
        meeting_id=one.meeting_id,
        met=one.met,
        written_at=one.written_at,
        came_at=one.came_at,
        interaction_id=meeting.interaction_id,
    )
    return Answer(body, 201 if done.fresh else 200)


@endpoint(
    "PUT",
    "/customers/{int:customer_id}/spot",
    needs="customers.change_customer",
    answers={200: SpotOut},
    problems=(404,),
)
def put_spot(request: ApiRequest, customer_id: int, spot: SpotIn) -> SpotOut:
    """Say where a customer is found, in degrees (WGS 84)."""
    customer = survivor(customer_id, reader=request.user)
    if customer is None:
        raise Http404
    try:
        made = mark_spot(
            customer, spot.latitude, spot.longitude, means=Spot.Means.API, by=request.user, at=timezone.now()
        )
    except ValidationError as problem:
        raise ProblemError(422, "; ".join(problem.messages), []) from problem
    return SpotOut(customer_id=customer.pk, latitude=float(made.latitude), longitude=float(made.longitude))
