"""Read what the page of a hand-over shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.handovers.handover import Answer, Handover, State, Step
from rapport.handovers.open_handover import next_station, why_not
from rapport.handovers.plan import Station
from rapport.handovers.words import clock_of
from rapport.people.models import User
from rapport.quotes.quote import Quote
from rapport.quotes.quote import State as QuoteState
from rapport.sales.lead_words import Clock
from rapport.timeline.names import Named, named

SHOWN = 100


@dataclass(frozen=True)
class HandoverPage:
    """``earlier`` are those of the deal before it with what they passed on; ``beyond`` is to whom it goes from here."""

    handover: Handover
    customer: Named | None
    clock: Clock
    answers: Sequence[Answer]
    earlier: Sequence[tuple[Handover, Sequence[Answer]]]
    steps: Sequence[Step]
    quotes: Sequence[Quote]
    beyond: Station | None
    duties: Sequence[str]
    sees_deal: bool
    may_change: bool
    receives: bool

    @property
    def lacking(self) -> list[str]:
        return [one.name for one in self.answers if one.lacks]

    @property
    def back(self) -> Step | None:
        """Why it was sent back, while it is."""
        said = (one for one in self.steps if one.kind == Step.Kind.RETURNED)
        return next(said, None) if self.handover.state == State.RETURNED else None


def page_of(handover: Handover, *, reader: User, at: datetime) -> HandoverPage:
    """In a fixed number of queries."""
    deal, member = handover.deal, handover.deal.member_id or 0
    may_change, receives = reader.allows("handovers.change_handover"), handover.received_by(reader)
    before = Handover.objects.visible_to(reader).filter(deal=deal, pk__lt=handover.pk).exclude(state=State.DROPPED)
    earlier = list(before.select_related("station", "sender", "taken_by").prefetch_related("answers").order_by("pk"))
    sold = Quote.objects.visible_to(reader).filter(deal=deal, state=QuoteState.ACCEPTED)
    on = handover.state == State.ACCEPTED and may_change and receives and not why_not(deal)
    customer = named([member], reader=reader).get(member)
    return HandoverPage(
        handover=handover,
        customer=customer,
        clock=clock_of(handover, at=at),
        answers=list(handover.answers.in_order()),
        earlier=[(one, sorted(one.answers.all(), key=lambda said: (said.place, said.pk))) for one in earlier],
        steps=list(handover.steps.select_related("by").order_by("-at", "-pk")[:SHOWN]),
        quotes=list(sold.select_related("order").order_by("-answered_at"))
        if reader.allows("quotes.view_quote")
        else [],
        beyond=next_station(deal) if on else None,
        duties=[one.name for one in handover.station.duties.current()],
        sees_deal=reader.allows("sales.view_deal") and (customer is not None or deal.owner_id == reader.pk),
        may_change=may_change,
        receives=receives,
    )
