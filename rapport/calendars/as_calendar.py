"""Write a user's meetings, calls and due tasks as iCalendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from rapport.agenda.models import Task
from rapport.calendars.models import Meeting
from rapport.calendars.planned import Planned, shown
from rapport.people.models import User

BACK, MOST = timedelta(days=90), 2_000
QUARTER = timedelta(minutes=15)


def as_calendar(user: User, *, at: datetime) -> bytes:
    """What ``user`` takes part in or has to do, and may see. The same content gives the same bytes."""
    zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Rapport")
    calendar.add("refresh-interval", timedelta(minutes=30), {"value": "DURATION"})
    mine = Meeting.objects.visible_to(user).of(user).filter(ends_at__gt=at - BACK).order_by("starts_at", "pk")
    for line in shown(mine[:MOST], reader=user, at=at):
        calendar.add_component(event_of(line, zone))
    tasks = Task.objects.visible_to(user).open().filter(assignee=user, due_at__gt=at - BACK)
    for task in tasks.order_by("due_at", "pk")[:MOST]:
        calendar.add_component(task_of(task, zone))
    return bytes(calendar.to_ical())


def event_of(line: Planned, zone: ZoneInfo) -> Event:
    meeting, event = line.meeting, Event()
    event.add("uid", f"meeting-{meeting.pk}@rapport")
    event.add("summary", meeting.title)
    stamp(event, meeting.changed_at, meeting.sequence)
    when(event, meeting.starts_at, meeting.ends_at, zone, whole=meeting.whole_day)
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    names = ", ".join(one.name for one in line.customers)
    event.add("description", "\n\n".join(part for part in (names, meeting.note) if part))
    if meeting.is_planned and not meeting.whole_day:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", meeting.title)
        alarm.add("trigger", -QUARTER)
        event.add_component(alarm)
    return event


def task_of(task: Task, zone: ZoneInfo) -> Event:
    """A task as an event that keeps nobody busy: subscribed calendars show events only."""
    event = Event()
    event.add("uid", f"task-{task.pk}@rapport")
    event.add("summary", _("To do: %(task)s") % {"task": task.title})
    stamp(event, task.created_at, 0)
    due = task.due_at or task.created_at
    midnight = due.astimezone(zone).time() == datetime.min.time()
    when(event, due, due + (timedelta(days=1) if midnight else QUARTER), zone, whole=midnight)
    event.add("transp", "TRANSPARENT")
    return event


def stamp(event: Event, changed_at: datetime, sequence: int) -> None:
    # The moment of the change, not of the question: what has not changed must not look as if it had.
    moment = changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("sequence", sequence)


def when(event: Event, begin: datetime, end: datetime, zone: ZoneInfo, *, whole: bool) -> None:
    if whole:
        first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        event.add("dtstart", first)
        event.add("dtend", max(last, first + timedelta(days=1)))
        return
    event.add("dtstart", begin.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
