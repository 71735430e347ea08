"""Messages leave in the background, each when it is due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.consent.complaints import publish_complaints
from rapport.consent.confirm import ask
from rapport.consent.gate import batch, collect, send, sweep
from rapport.consent.models import Message, State
from rapport.journal.models import Event

BATCH = 5_000


@app.task(name="consent.deliver", priority=5)
def deliver(event_id: int) -> None:
    """Send what is due of an event, and come again when the rest is."""
    event = Event.objects.get(pk=event_id)
    waiting = Message.objects.filter(pk__in=event.subject_ids, state=State.WAITING).values_list("pk", "due_at")
    later = []
    with batch() as lines:
        for pk, due_at in waiting:
            if due_at > timezone.now():
                later.append(due_at)
            else:
                send(pk, at=timezone.now(), lines=lines)
    if later:
        deliver.configure(schedule_at=min(later)).defer(event_id=event_id)


@app.task(name="consent.ask_to_confirm", priority=5)
def ask_to_confirm(event_id: int) -> None:
    """Whoever was said to agree is asked whether that is so, where that is needed."""
    ask(Event.objects.get(pk=event_id).subject_ids, at=timezone.now())


@app.task(name="consent.hear_complaints", priority=4)
def hear_complaints(event_id: int) -> None:
    """Who complains gets no advertising until that is settled."""
    for batch_of_ids in Event.objects.get(pk=event_id).batches(of=BATCH):
        publish_complaints(batch_of_ids, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="consent.sweep", priority=4, queueing_lock="consent.sweep")
def go_round(timestamp: int) -> None:  # noqa: ARG001
    """What drivers did is heard; what was cut off is flagged; what was forgotten leaves."""
    collect(at=timezone.now())
    with batch() as lines:
        for pk in sweep(at=timezone.now()):
            send(pk, at=timezone.now(), lines=lines)
