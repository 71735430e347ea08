"""Let a discount pass that is deeper than its writer may give, or say why not."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.people.models import User
from rapport.quotes.approval import Approval
from rapport.quotes.limits import limit_of, open_approval
from rapport.quotes.quote import Quote, State
from rapport.quotes.sums import offer_of
from rapport.quotes.tell import tell
from rapport.quotes.write_quote import QuoteError, held


def too_deep(quote: Quote, user: User) -> Decimal | None:
    """How deep its discount is, where that is more than ``user`` may give and nobody let it pass."""
    deepest = offer_of(quote).deepest
    return deepest if quote.state != State.APPROVED and deepest > limit_of(user) else None


@transaction.atomic
def ask_approval(quote_id: int, *, why: str, by: User, at: datetime) -> Approval:
    """Have somebody look at it whose limit suffices. Raises QuoteError where none is needed, or it is asked already."""
    quote = held(quote_id)
    deepest = too_deep(quote, by)
    if quote.state != State.DRAFT or deepest is None:
        raise QuoteError(_("It needs no approval."))
    asked = Approval.objects.create(quote=quote, percent=deepest, why=why, asked_by=by, asked_at=at)
    put(quote, State.ASKED, by=by, at=at)
    return asked


@transaction.atomic
def decide(quote_id: int, *, granted: bool, said: str, by: User, at: datetime) -> Approval:
    """Approve it, or send it back. Raises QuoteError where one's own limit does not suffice or somebody decided before."""
    quote = held(quote_id)
    asked = open_approval(quote)
    if asked is None or quote.state != State.ASKED:
        raise QuoteError(_("Nobody waits for this any more."))
    if asked.asked_by_id == by.pk or asked.percent > limit_of(by):
        raise QuoteError(_("This discount is deeper than you may give, too."))
    asked.granted, asked.said, asked.decided_by, asked.decided_at = granted, said, by, at
    asked.save()
    put(quote, State.APPROVED if granted else State.DRAFT, by=by, at=at)
    return asked


def put(quote: Quote, state: State, *, by: User | None, at: datetime) -> None:
    quote.state = state
    quote.save()
    tell(quote, state.value, by=by, at=at)
