"""Declare a link by which others book a time, and change it."""

from datetime import datetime

from rapport.bookings.forms import LinkForm
from rapport.bookings.models import BookingLink
from rapport.people.models import User


def declare(form: LinkForm, *, by: User, at: datetime) -> BookingLink:
    """The link as the form says; a new one is whose it is."""
    new = form.instance.pk is None
    link: BookingLink = form.save(commit=False)
    if new:
        link.user, link.created_at = by, at
    link.hours = form.hours()
    link.save()
    return link
