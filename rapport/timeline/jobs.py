"""Conditions kept up to date in the background."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.timeline.silence import publish, publish_all
from rapport.timeline.take_home import take_home as find_home

BATCH = 5_000


@app.task(name="timeline.hear", priority=-7)
def hear(event_id: int) -> None:
    """Interactions came in: whoever is in them may have broken a silence."""
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        members = Member.objects.filter(participations__interaction__in=batch)
        publish(list(members.values_list("customer_id", flat=True).distinct()), at=timezone.now())


@app.task(name="timeline.hear_customers", priority=-7)
def hear_customers(event_id: int) -> None:
    """Customers became one or two: what they are silent about is theirs together, or each one's own."""
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        publish(batch, at=timezone.now())


@app.task(name="timeline.take_home", priority=-7)
def take_home(event_id: int) -> None:
    """Customers are back from the trash: what waited for them is theirs."""
    event = Event.objects.get(pk=event_id)
    find_home(event.subject_ids, at=event.at)
    publish(event.subject_ids, at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="timeline.listen", priority=-8, queueing_lock="timeline.listen")
def listen(timestamp: int) -> None:  # noqa: ARG001
    """Silence comes by itself: once a night everybody is looked at."""
    publish_all(at=timezone.now())
