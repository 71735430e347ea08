"""What arrived is taken in, and what is old is let go, in the background."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.webhooks.models import Arrival
from rapport.webhooks.take_in import take_in

KEPT = timedelta(days=30)


@app.task(name="webhooks.take_in_requests", priority=-4)
def take_in_requests(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        take_in(pk, at=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(name="webhooks.let_go", priority=-8, queueing_lock="webhooks.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    """What arrived is kept for 30 days; what it became stays."""
    Arrival.objects.filter(at__lt=timezone.now() - KEPT).exclude(state=Arrival.State.WAITING).delete()
