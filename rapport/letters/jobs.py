"""What follows when a message left, or did not."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.letters.keep_sent import keep_sent
from rapport.letters.tell import tell


@app.task(name="letters.keep", priority=6)
def keep(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        keep_sent(pk, at=timezone.now())


@app.task(name="letters.tell", priority=3)
def told(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        tell(pk, at=timezone.now())
