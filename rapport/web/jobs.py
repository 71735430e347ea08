"""Visits are folded and put on the timeline in the background."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.web import browsers


@app.periodic(cron="* * * * *")
@app.task(name="web.fold_visits", priority=-7, queueing_lock="web.fold_visits")
def fold_visits(timestamp: int) -> None:  # noqa: ARG001
    browsers.fold()
    browsers.put_on_timeline(at=timezone.now())
