"""A calendar that Carmen of the demo company brought from her telephone: visits, a series, and what stays out."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from icalendar import Calendar, Event, Todo

from rapport.calendars.models import Reading
from rapport.calendars.run import run
from rapport.calendars.start import start
from rapport.demo.planted import MARTA, WRITTEN_ABOUT
from rapport.people.models import User

NAME = "Carmen, visits.ics"
# Title, day from today, hour, minutes, who else is asked, and whatever the entry says besides.
VISITS: tuple[tuple[str, int, int, int, tuple[str, ...], dict[str, object]], ...] = (
    ("Machines on site: measure the rooms", -41, 10, 90, (WRITTEN_ABOUT,), {"location": "Getafe"}),
    ("Call about the delivery date", -23, 16, 20, (WRITTEN_ABOUT,), {}),
    ("Service round", -20, 9, 45, (MARTA,), {"rrule": {"freq": "monthly", "count": 4}, "location": "Lisboa"}),
    ("Lunch with the procurement team", 9, 13, 75, (MARTA, "compras@hospital-novo.example"), {}),
    ("Team meeting Iberia", 1, 9, 30, (), {}),
    ("Trade fair, hall 4", 12, 9, 240, ("stand@feria.example",), {"location": "Madrid"}),
    ("Dentist", 3, 8, 60, (), {"class": "PRIVATE"}),
)


def take_trips_in(staff: Mapping[str, User], *, at: datetime) -> Reading:
    """Read as any calendar file is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.ics"
        path.write_bytes(written(staff, at=at))
        carmen = staff["Carmen"]
        return run(start(path, NAME, newcomers=False, by=carmen, at=at, defer=False).pk)


def written(staff: Mapping[str, User], *, at: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Telephone//Calendar//EN")
    calendar.add("version", "2.0")
    for number, (title, day, hour, minutes, guests, more) in enumerate(VISITS):
        event = Event()
        event.add("uid", f"visit-{number}@telephone.example")
        event.add("dtstamp", at)
        event.add("summary", title)
        begin = datetime.combine(at.date() + timedelta(days=day), time(hour), UTC)
        event.add("dtstart", begin)
        event.add("dtend", begin + timedelta(minutes=minutes))
        colleagues = ("Carmen", "Ana") if title.startswith("Team") else ("Carmen",)
        for address in (*(staff[name].email for name in colleagues), *guests):
            event.add("attendee", f"mailto:{address}")
        for name, value in more.items():
            event.add(name, value)
        calendar.add_component(event)
    todo = Todo()
    todo.add("uid", "todo@telephone.example")
    todo.add("summary", "Send the price list")
    calendar.add_component(todo)
    return bytes(calendar.to_ical())
