"""Qualify a lead: a deal is opened, and knows where it came from."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import added, changed, image
from rapport.people.models import User
from rapport.sales.about_deal import whose
from rapport.sales.about_lead import step, tell
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead, LeadState, LeadStep
from rapport.sales.open_deal import NewDeal, begin_deal


@dataclass(frozen=True)
class Qualified:
    """``fresh`` is False when it became this deal before."""

    deal: Deal
    fresh: bool = True


@dataclass(frozen=True)
class NotOpen:
    """It was set aside, or nobody knows yet whose it is; nothing was done."""

    lead: Lead


@transaction.atomic
def qualify_lead(lead_id: int, new: NewDeal, *, by: User, at: datetime) -> Qualified | NotOpen:
    """One deal of one lead, however often it is asked for."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    if lead.deal:
        return Qualified(lead.deal, fresh=False)
    if not lead.is_open or lead.member is None:
        return NotOpen(lead)
    before = image(lead)
    customer = Customer.objects.get(pk=lead.member.customer_id)
    deal, first = begin_deal(new, customer=customer, by=by, at=at)
    lead.deal, lead.state, lead.until = deal, LeadState.QUALIFIED, None
    lead.owner = lead.owner or by
    lead.save()
    made = step(lead, LeadStep.Kind.QUALIFIED, by=by, at=at, words=deal.name)
    # Taken back in this order: the lead names the deal, and the move is of it.
    written = [added(made), changed(lead, before), added(first), added(deal)]
    tell(lead, written, LeadStep.Kind.QUALIFIED, by=by, at=at, deal=deal.name)
    record(Fact.DEALS_CHANGED, [deal.pk], by=by, at=at, **whose(deal))
    return Qualified(deal)
