"""Hand-overs begin by themselves when a deal is won, are told of, and ring when their time runs out."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.handovers.news import news_of
from rapport.handovers.open_handover import open_won
from rapport.handovers.ring import ring
from rapport.journal.models import Event
from rapport.notices.tell import tell

BATCH = 1_000


@app.task(name="handovers.begin", priority=-2)
def begin(event_id: int) -> None:
    """Deals changed: some may be won."""
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        open_won(batch, at=timezone.now())


@app.task(name="handovers.tell", priority=5)
def tell_whom_it_concerns(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    tell(event, news_of(event), at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="handovers.ring", priority=4, queueing_lock="handovers.ring")
def ring_late(timestamp: int) -> None:  # noqa: ARG001
    while ring(at=timezone.now()):
        pass
