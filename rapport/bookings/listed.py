"""Links and what was booked by them, as pages show them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from rapport.bookings.links import address_of
from rapport.bookings.models import Booking, BookingLink
from rapport.people.models import User

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A link, its address, and how many of its bookings are still to come."""

    link: BookingLink
    address: str
    ahead: int


def links_of(reader: User, *, at: datetime) -> list[Line]:
    found = list(
        BookingLink.objects.visible_to(reader).select_related("user").order_by("-active", "title", "pk")[:SHOWN]
    )
    ahead = Booking.objects.filter(link__in=found, meeting__ends_at__gt=at, meeting__cancelled_at=None)
    number = Counter(ahead.values_list("link", flat=True))
    return [Line(one, address_of(one), number[one.pk]) for one in found]


def bookings_of(link: BookingLink, *, at: datetime) -> QuerySet[Booking]:
    """Those still to come first, the next one on top; then what was."""
    found = Booking.objects.filter(link=link).select_related("meeting", "member__customer")
    return found.annotate(over=Q(meeting__ends_at__lte=at)).order_by("over", "meeting__starts_at", "pk")[:SHOWN]
