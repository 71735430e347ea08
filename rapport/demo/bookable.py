"""When people of the demo company can be booked, and who booked them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import models

from rapport.bookings.book import Asked, booked
from rapport.bookings.models import Booking, BookingLink
from rapport.bookings.offer import free_times
from rapport.bookings.tell import state_of
from rapport.calendars.models import Kind, Meeting
from rapport.customers.models import Customer, Member
from rapport.people.models import User
from rapport.timeline.models import Interaction

WORKDAYS = [[["09:30", "12:30"], ["14:00", "17:00"]]] * 4 + [[["09:30", "12:30"]], [], []]
LINKS = (
    ("Ana", "Twenty minutes about your coffee corner", Kind.CALL, 20, "I call you at the number in your mail", 24),
    ("Ana", "Tasting in our showroom", Kind.MEETING, 60, "Rua da Prata 80, Lisboa", 48),
)
# Which link, whether it is a customer, how many free times later, and the words.
GUESTS = (
    (
        0,
        "Helena Prado",
        "helena.prado@prado-arquitectos.example",
        2,
        "We open a second studio with 14 people in spring.",
    ),
    (0, "Tom Becker", "t.becker@becker-druck.example", 9, "Our machine is five years old. Repair or replace?"),
    (1, "Inês Moura", "ines@casa-moura.example", 5, "Four of us would come. Is there something without milk?"),
)


def let_book(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type[models.Model], int]]:
    """Links and bookings of the last day; nobody is written to."""
    links = [
        BookingLink.objects.create(
            user=staff[who],
            title=title,
            kind=kind,
            minutes=minutes,
            buffer=10,
            place=place,
            notice_hours=notice,
            horizon_days=30,
            hours=WORKDAYS,
            created_at=at - timedelta(days=60),
        )
        for who, title, kind, minutes, place, notice in LINKS
    ]
    yield from ((BookingLink, one.pk) for one in links)
    before = set(Interaction.objects.filter(source="booking").values_list("pk", flat=True))
    for number, (link, name, email, later, words) in enumerate(GUESTS):
        moment = at - timedelta(hours=3 + 7 * number)
        begin = free_times(links[link], now=at)[later]
        asked = Asked(f"demo-{number}", begin, name, email, words, "Europe/Lisbon", "en")
        booking = booked(links[link], asked, at=moment)
        Booking.objects.filter(pk=booking.pk).update(told=state_of(booking.meeting))
        yield Meeting, booking.meeting_id
        if booking.member_id:
            yield Customer, Member.objects.get(pk=booking.member_id).home_id
    for pk in Interaction.objects.filter(source="booking").exclude(pk__in=before).values_list("pk", flat=True):
        yield Interaction, pk
