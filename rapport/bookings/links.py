"""Addresses of booking pages, and the signed link by which a guest opens what they booked."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from rapport.bookings.models import Booking, BookingLink
from rapport.lib.ids import number
from rapport.people.models import User

SALT = "rapport.bookings.link"
LASTS_DAYS = 400


def ours() -> str:
    return settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"


def address_of(link: BookingLink) -> str:
    """The whole address of the page where guests choose a time."""
    return f"{ours()}{reverse('bookings:choose', args=[link.slug])}"


def address_for(user: User) -> str:
    """That of a user's oldest open link; empty when there is none."""
    link = BookingLink.objects.filter(user=user, active=True).order_by("pk").first()
    return address_of(link) if link else ""


def found_link(slug: str) -> BookingLink | None:
    return BookingLink.objects.open_to_guests().filter(slug=slug[:60]).first()


def token_of(booking: Booking) -> str:
    return signing.dumps([booking.pk, booking.key], salt=SALT, compress=False)


def guest_address(booking: Booking) -> str:
    return f"{ours()}{reverse('bookings:mine', args=[token_of(booking)])}"


def opened(token: str) -> Booking | None:
    """What the link opens; none when it is forged or too old."""
    try:
        pk, key = signing.loads(token, salt=SALT, max_age=LASTS_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not isinstance(key, str) or not key or not number(str(pk)):
        return None
    return Booking.objects.whole().filter(pk=pk, key=key).first()
