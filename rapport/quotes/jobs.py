"""Deals about what ends are opened in time."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.quotes.renew import renew


@app.periodic(cron="23 5 * * *")
@app.task(name="quotes.renew_in_time", priority=-6, queueing_lock="quotes.renew_in_time")
def renew_in_time(timestamp: int) -> None:  # noqa: ARG001
    """Every morning."""
    renew(at=timezone.now(), today=timezone.localdate())
