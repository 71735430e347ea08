"""Visits are folded and put on the timeline in the background, and let go when they are old."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.web import browsers

KEPT = timedelta(days=90)


@app.periodic(cron="* * * * *")
@app.task(name="web.fold_visits", priority=-7, queueing_lock="web.fold_visits")
def fold_visits(timestamp: int) -> None:  # noqa: ARG001
    browsers.fold()
    browsers.put_on_timeline(at=timezone.now())


@app.periodic(cron="27 4 * * *")
@app.task(name="web.let_go", priority=-8, queueing_lock="web.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    browsers.let_go(before=timezone.now() - KEPT)
