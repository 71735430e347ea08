"""Record what became true of quotes."""

from datetime import datetime

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.quotes.quote import Quote


def tell(quote: Quote, what: str, *, by: User | None, at: datetime) -> None:
    """The owner's and the customer's open pages hear of it."""
    deal = quote.deal
    record(
        Fact.QUOTES_CHANGED,
        [quote.pk],
        by=by,
        at=at,
        what=what,
        number=str(quote),
        owner=deal.owner_id,
        member=deal.member_id or 0,
    )
