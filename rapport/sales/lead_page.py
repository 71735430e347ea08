"""Read what the page of a lead shows."""

from datetime import datetime
from typing import Any

from rapport.people.models import User
from rapport.sales.lead import Lead, LeadState
from rapport.sales.lead_words import clock_of, why_with, words_of
from rapport.timeline.names import named
from rapport.timeline.read import entries_of

SHOWN = 100


def page_of(lead: Lead, *, reader: User, at: datetime) -> dict[str, Any]:
    """What the template needs, in a fixed number of queries."""
    steps = lead.steps.select_related("by", "to").order_by("-at", "-pk")[:SHOWN]
    pk = lead.interaction_id
    entry = entries_of([pk], reader=reader).get(pk) if pk else None
    customer = named([lead.member_id], reader=reader).get(lead.member_id or 0)
    return {
        "lead": lead,
        "customer": customer,
        "entry": entry,
        "clock": clock_of(lead, at=at),
        "why": why_with(lead),
        "steps": [(one, words_of(one, lead)) for one in steps],
        "nameless": lead.member_id is None,
        "may_change": reader.allows("sales.change_lead"),
        "may_qualify": reader.allows("sales.change_deal"),
        "resting": lead.state in {LeadState.UNFIT, LeadState.NURTURE},
    }
