"""Book a time, move it, let it go: what a guest does by a link, without signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.bookings.models import Booking, BookingLink, span_of
from rapport.bookings.offer import free_times
from rapport.bookings.tell import tell_host
from rapport.calendars.cancel import cancel as call_off
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan, reschedule
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer, Member
from rapport.sales.lead import OPEN, Lead
from rapport.sales.open_lead import NewLead, open_lead
from rapport.timeline.models import Interaction
from rapport.timeline.receive import Received, receive

SOURCE = "booking"
AT_ONCE = 3


class BookingError(Exception):
    """It can't be booked: `taken`, `many` or `over`."""


@dataclass(frozen=True)
class Asked:
    """What a guest chose and filled in."""

    nonce: str
    begin: datetime
    name: str
    email: str
    words: str = ""
    zone: str = ""
    language: str = "en"


def book(link: BookingLink, asked: Asked, *, at: datetime) -> Booking:
    """The booking; the one there was when the same showing of the form was sent before. Raises BookingError."""
    try:
        with transaction.atomic():
            booking = booked(link, asked, at=at)
            tell_host(booking, "booked", at=at)
            return booking
    except IntegrityError as problem:
        if "one_booking_at_a_time" in str(problem):
            raise BookingError("taken") from problem
        raise


def in_turn(host_id: int) -> None:
    """Guests of one host one after the other: whoever comes second sees what the first took."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(11, %s)", [host_id])


@transaction.atomic
def booked(link: BookingLink, asked: Asked, *, at: datetime) -> Booking:
    """The booking, of which nobody is told. Raises BookingError."""
    in_turn(link.user_id)
    known = Booking.objects.whole().filter(link=link, nonce=asked.nonce).first()
    if known:
        return known
    ahead = Booking.objects.filter(link=link, email__iexact=asked.email, meeting__ends_at__gt=at)
    if ahead.filter(meeting__cancelled_at=None).count() >= AT_ONCE:
        raise BookingError("many")
    if asked.begin not in free_times(link, now=at):
        raise BookingError("taken")
    received = receive([as_inbound(link, asked, at=at)], by=None, at=at)[0]
    meeting = planned(link, asked, received, at=at)
    booking = Booking.objects.create(
        link=link,
        meeting=meeting,
        member_id=received.member_id,
        name=asked.name,
        email=asked.email,
        words=asked.words,
        zone=asked.zone,
        language=asked.language,
        nonce=asked.nonce,
        span=span_of(link.user_id, meeting.starts_at, meeting.ends_at),
        at=at,
    )
    begin_lead(link, asked, received, at=at)
    return booking


def as_inbound(link: BookingLink, asked: Asked, *, at: datetime) -> Inbound:
    return Inbound(
        source=SOURCE,
        external_id=f"{link.pk}:{asked.nonce}",
        at=at,
        channel=Channel.WEB,
        direction=Direction.INBOUND,
        kind="form",
        parties=(Party((Clue("email", asked.email),), role="from", name=asked.name),),
        subject=link.title,
        text=asked.words,
        touchpoint="booking",
        data={"booked": asked.begin.isoformat(), "with": link.user.name},
    )


def planned(link: BookingLink, asked: Asked, received: Received, *, at: datetime) -> Meeting:
    who = Customer.objects.filter(pk=received.customer_id) if received.customer_id else Customer.objects.none()
    with translation.override(link.user.language):
        title = _("%(title)s with %(name)s") % {"title": link.title, "name": asked.name}
        note = "\n\n".join(part for part in (asked.words, f"{asked.name} <{asked.email}>") if part)
    wish = Wish(
        Kind(link.kind),
        title[:400],
        asked.begin,
        asked.begin + timedelta(minutes=link.minutes),
        f"booking-{link.pk}-{asked.nonce}",
        place=link.place,
        note=note,
    )
    return plan(wish, customers=list(who), colleagues=[link.user], by=None, at=at)


def begin_lead(link: BookingLink, asked: Asked, received: Received, *, at: datetime) -> None:
    """An enquiry of the link's source, unless one of theirs is open."""
    if link.source is None:
        return
    if received.customer_id and Lead.objects.filter(state__in=OPEN, member__customer=received.customer_id).exists():
        return
    member = Member.objects.filter(pk=received.member_id).first() if received.member_id else None
    came_by = Interaction.objects.get(pk=received.interaction_id)
    called = "" if member else asked.email
    open_lead(NewLead(link.title, link.source, member, called, came_by, link.user), by=None, at=at)


def move(booking: Booking, begin: datetime, *, at: datetime) -> None:
    """At another time that is free. Raises BookingError."""
    try:
        with transaction.atomic():
            moved(booking, begin, at=at)
    except IntegrityError as problem:
        if "one_booking_at_a_time" in str(problem):
            raise BookingError("taken") from problem
        raise


def moved(booking: Booking, begin: datetime, *, at: datetime) -> None:
    link = booking.link
    in_turn(link.user_id)
    meeting = Meeting.objects.get(pk=booking.meeting_id)
    if not is_open(meeting, at=at):
        raise BookingError("over")
    if begin == meeting.starts_at:
        return
    if begin not in free_times(link, now=at, without=meeting.pk):
        raise BookingError("taken")
    end = begin + (meeting.ends_at - meeting.starts_at)
    Booking.objects.filter(pk=booking.pk).update(span=span_of(link.user_id, begin, end))
    booking.meeting = reschedule(meeting, begin, end, by=None, at=at)
    tell_host(booking, "moved", at=at)


@transaction.atomic
def cancel(booking: Booking, *, at: datetime) -> None:
    """It does not take place; harmless when that is known. Raises BookingError when it is over."""
    in_turn(booking.link.user_id)
    meeting = Meeting.objects.get(pk=booking.meeting_id)
    if meeting.cancelled_at:
        return
    if not is_open(meeting, at=at):
        raise BookingError("over")
    call_off(meeting, by=None, at=at)
    Booking.objects.filter(pk=booking.pk).update(span=None)
    tell_host(booking, "cancelled", at=at)


def is_open(meeting: Meeting, *, at: datetime) -> bool:
    """Whether its guest can still move it or let it go."""
    return meeting.is_planned and meeting.starts_at > at
