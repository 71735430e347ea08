"""Read what the page of a quote shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapport.people.models import User
from rapport.quotes.answer import Answer
from rapport.quotes.approval import Approval
from rapport.quotes.limits import limit_of
from rapport.quotes.links import address_of
from rapport.quotes.quote import Quote, State
from rapport.quotes.sums import Offer, offer_of
from rapport.timeline.names import Named, named


@dataclass(frozen=True)
class QuotePage:
    """``asks`` says how deep a discount has to be approved first; ``waits`` is what is asked of somebody, ``decides`` that the reader can."""

    offer: Offer
    customer: Named | None
    versions: Sequence[Quote]
    approvals: Sequence[Approval]
    answers: Sequence[Answer]
    asks: Decimal | None
    waits: Approval | None
    decides: bool
    link: str
    is_over: bool
    may_change: bool

    @property
    def can_send(self) -> bool:
        return self.may_change and self.offer.quote.state in {State.DRAFT, State.APPROVED} and self.asks is None


def page_of(quote: Quote, *, reader: User, today: date) -> QuotePage:
    offer, may_change = offer_of(quote), reader.allows("quotes.change_quote")
    limit, member = limit_of(reader), quote.deal.member_id or 0
    approvals = list(quote.approvals.select_related("asked_by", "decided_by").order_by("-asked_at", "-pk"))
    waits = next((one for one in approvals if one.granted is None), None)
    deep = quote.state == State.DRAFT and offer.deepest > limit
    return QuotePage(
        offer=offer,
        customer=named([member], reader=reader).get(member),
        versions=list(Quote.objects.visible_to(reader).filter(number=quote.number).order_by("-version")),
        approvals=approvals,
        answers=list(quote.answers.order_by("-at", "-pk")),
        asks=offer.deepest if deep else None,
        waits=waits,
        decides=bool(may_change and waits and waits.percent <= limit and waits.asked_by_id != reader.pk),
        link=address_of(quote) if may_change else "",
        is_over=quote.state == State.SENT and quote.valid_until < today,
        may_change=may_change,
    )
