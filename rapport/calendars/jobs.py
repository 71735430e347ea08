"""Calendars read in the background, and by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.calendars.run import run
from rapport.calendars.settle import settle
from rapport.calendars.subscribe import look_at_due
from rapport.calendars.sync import hasten, sync_due
from rapport.journal.models import Event


@app.task(name="calendars.go_on", priority=-9)
def go_on(event_id: int) -> None:
    for reading_id in Event.objects.get(pk=event_id).subject_ids:
        run(reading_id)


@app.periodic(cron="* * * * *")
@app.task(name="calendars.watch", priority=-9, queueing_lock="calendars.watch")
def watch(timestamp: int) -> None:  # noqa: ARG001
    """Subscribed calendars are read as often as is due."""
    look_at_due(at=timezone.now())


@app.task(name="calendars.write_out", priority=-3)
def write_out(event_id: int) -> None:
    """What changed here goes at once into the calendars of those who take part."""
    for batch in Event.objects.get(pk=event_id).batches(of=200):
        hasten(batch, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="calendars.compare", priority=-9, queueing_lock="calendars.compare")
def compare(timestamp: int) -> None:  # noqa: ARG001
    """Calendars of our people's own are compared as often as is due."""
    sync_due(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="calendars.settle", priority=-8, queueing_lock="calendars.settle")
def hold_over(timestamp: int) -> None:  # noqa: ARG001
    """What stood in a calendar and is over goes on the timeline."""
    settle(at=timezone.now())
