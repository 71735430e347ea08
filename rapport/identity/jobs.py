"""Duplicates are looked for when customers came or changed, a batch at a time."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.identity.suspect import suspect
from rapport.journal.models import Event

BATCH = 500


@app.task(name="identity.suspect_duplicates", priority=-9)
def suspect_duplicates(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        suspect(batch, at=timezone.now())
