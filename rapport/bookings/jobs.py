"""What follows when a meeting that was booked changes."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.bookings.tell import tell
from rapport.journal.models import Event


@app.task(name="bookings.tell", priority=4)
def tell_guests(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=200):
        tell(batch, at=timezone.now())
