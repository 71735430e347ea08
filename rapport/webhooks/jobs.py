"""What arrived is taken in, what became true is told, and what is old is let go, in the background."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.webhooks.deliver import deliver_due
from rapport.webhooks.models import Arrival, Delivery
from rapport.webhooks.take_in import take_in
from rapport.webhooks.tell import tell

KEPT = timedelta(days=30)


@app.task(name="webhooks.take_in_requests", priority=-4)
def take_in_requests(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        take_in(pk, at=timezone.now())


@app.task(name="webhooks.tell_subscribers", priority=-6)
def tell_subscribers(event_id: int) -> None:
    """Only writes the messages; sending them is a job of its own, which may take its time."""
    tell(Event.objects.get(pk=event_id), at=timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(name="webhooks.deliver", queue="webhooks", priority=-20, queueing_lock="webhooks.deliver")
def deliver(timestamp: int) -> None:  # noqa: ARG001
    """Every few seconds; with nothing due it is one quick question."""
    deliver_due(at=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(name="webhooks.let_go", priority=-8, queueing_lock="webhooks.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    """What arrived and what was sent is kept for 30 days; what it became stays."""
    Arrival.objects.filter(at__lt=timezone.now() - KEPT).exclude(state=Arrival.State.WAITING).delete()
    Delivery.objects.filter(at__lt=timezone.now() - KEPT).exclude(state=Delivery.State.WAITING).delete()
