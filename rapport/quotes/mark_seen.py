"""Note that a customer looked at a quote for the first time."""

from datetime import datetime

from django.db import transaction

from rapport.quotes.quote import Quote, State
from rapport.quotes.tell import tell


@transaction.atomic
def mark_seen(quote: Quote, *, at: datetime) -> None:
    fresh = Quote.objects.filter(pk=quote.pk, seen_at=None, state=State.SENT)
    if fresh.update(seen_at=at):
        tell(quote, "seen", by=None, at=at)
