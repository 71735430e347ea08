"""What arrived becomes findable, a batch at a time."""

from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.search.read_texts import read_texts

BATCH = 1_000


@app.task(name="search.index_texts", priority=-5)
def index_texts(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        read_texts(batch)
