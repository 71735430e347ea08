"""A booking as an entry for the guest's calendar (RFC 5546)."""

from icalendar import Calendar, Event, vCalAddress

from rapport.bookings.models import Booking
from rapport.bookings.offer import zone_of
from rapport.calendars.as_calendar import stamp, when


def as_invitation(booking: Booking) -> bytes:
    meeting, host = booking.meeting, booking.link.user
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Rapport//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.cancelled_at else "REQUEST")
    event.add("uid", f"meeting-{meeting.pk}@rapport")
    event.add("summary", f"{booking.link.title} · {host.name}")
    stamp(event, meeting.changed_at, meeting.sequence)
    when(event, meeting.starts_at, meeting.ends_at, zone_of(host), whole=meeting.whole_day)
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    event.add("organizer", person(host.email, host.name))
    guest = person(booking.email, booking.name)
    guest.params["partstat"] = "ACCEPTED"
    event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def person(address: str, name: str) -> vCalAddress:
    one = vCalAddress(f"mailto:{address}")
    one.params["cn"] = name
    return one
