"""Calendars read in the background, and by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.calendars.run import run
from rapport.calendars.settle import settle
from rapport.calendars.subscribe import look_at_due
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


@app.periodic(cron="*/5 * * * *")
@app.task(name="calendars.settle", priority=-8, queueing_lock="calendars.settle")
def hold_over(timestamp: int) -> None:  # noqa: ARG001
    """What stood in a calendar and is over goes on the timeline."""
    settle(at=timezone.now())
