"""Booking links over the API: one's own, what is free, and who booked."""

from datetime import datetime
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.bookings.hours import spans
from rapport.bookings.links import address_of
from rapport.bookings.listed import bookings_of
from rapport.bookings.models import FARTHEST, LONGEST, MOST_BUFFER, MOST_NOTICE, BookingLink
from rapport.bookings.offer import free_times
from rapport.customers.models import Customer
from rapport.people.endpoint import Answer, Given, Line, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class BookingLinkOut(BaseModel):
    id: int
    title: str
    owner: str
    address: str = Field(description="Where guests choose a time; needs no sign-in.")
    kind: str
    minutes: int
    place: str
    active: bool

    @classmethod
    def of(cls, one: BookingLink) -> "BookingLinkOut":
        names = ("title", "kind", "minutes", "place", "active")
        return cls(
            id=one.pk, owner=one.user.email, address=address_of(one), **{name: getattr(one, name) for name in names}
        )


class BookingLinkPage(BaseModel):
    items: list[BookingLinkOut]


Span = Annotated[str, Field(max_length=20, examples=["09:00-12:00"])]
Text = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class BookingLinkIn(Given):
    """A link of one's own."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    minutes: Annotated[int, Field(ge=5, le=LONGEST)] = 30
    hours: Annotated[list[Annotated[list[Span], Field(max_length=6)]], Field(max_length=7)] = Field(
        description="By day from Monday on, on your own clock; days that are left out are free of bookings."
    )
    kind: Literal["meeting", "call"] = "meeting"
    buffer: Annotated[int, Field(ge=0, le=MOST_BUFFER, description="Minutes free before and after.")] = 0
    notice_hours: Annotated[int, Field(ge=0, le=MOST_NOTICE)] = 24
    horizon_days: Annotated[int, Field(ge=1, le=FARTHEST)] = 30
    place: Line = ""
    about: Text = ""


class BookingOut(BaseModel):
    meeting_id: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    name: str
    email: str
    customer_id: int | None


class BookingPage(BaseModel):
    free: list[datetime] = Field(description="What can be booked now, the soonest first.")
    items: list[BookingOut]


@endpoint("GET", "/booking-links", needs="calendars.change_meeting", answers={200: BookingLinkPage})
def list_booking_links(request: ApiRequest) -> BookingLinkPage:
    """Links by which others book a time: one's own; an administrator sees all."""
    found = BookingLink.objects.visible_to(request.user).select_related("user").order_by("pk")
    return BookingLinkPage(items=[BookingLinkOut.of(one) for one in found])


@endpoint("POST", "/booking-links", needs="calendars.change_meeting", answers={201: BookingLinkOut})
def add_booking_link(request: ApiRequest, link: BookingLinkIn) -> Answer:
    """Declare a link by which others book a time with you."""
    hours = []
    for place, day in enumerate([*link.hours, *([[]] * (7 - len(link.hours)))]):
        try:
            hours.append(spans(", ".join(day)))
        except ValidationError as problem:
            detail = str(problem.messages[0])
            raise ProblemError(422, f"hours: {detail}", [Fault(detail, f"#/hours/{place}")]) from problem
    if not any(hours):
        detail = "Give hours on at least one day."
        raise ProblemError(422, f"hours: {detail}", [Fault(detail, "#/hours")])
    made = BookingLink(user=request.user, created_at=timezone.now(), **{**link.model_dump(), "hours": hours})
    made.save()
    return Answer(BookingLinkOut.of(made), 201)


@endpoint(
    "GET",
    "/booking-links/{int:booking_link_id}/bookings",
    needs="calendars.change_meeting",
    answers={200: BookingPage},
    problems=(404,),
)
def list_bookings(request: ApiRequest, booking_link_id: int) -> BookingPage:
    """What is free and what was booked by one link."""
    link = BookingLink.objects.visible_to(request.user).select_related("user").filter(pk=booking_link_id).first()
    if link is None:
        raise Http404
    now = timezone.now()
    found = list(bookings_of(link, at=now))
    ids = {one.member.customer_id for one in found if one.member}
    seen = set(Customer.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    items = [
        BookingOut(
            meeting_id=one.meeting_id,
            starts_at=one.meeting.starts_at,
            ends_at=one.meeting.ends_at,
            cancelled=one.meeting.cancelled_at is not None,
            name=one.name,
            email=one.email,
            customer_id=one.member.customer_id if one.member and one.member.customer_id in seen else None,
        )
        for one in found
    ]
    return BookingPage(free=free_times(link, now=now) if link.active else [], items=items)
