"""Take a lead, or give it to a colleague."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.journal.rows import image
from rapport.people.models import User
from rapport.sales.about_lead import step, tell_step
from rapport.sales.lead import Lead, LeadState, LeadStep


@dataclass(frozen=True)
class Taken:
    """It is theirs now; ``taken`` is False when it was already."""

    lead: Lead
    taken: bool = True


@dataclass(frozen=True)
class Gone:
    """Somebody was quicker, or it is no open lead any more; nothing was done."""

    lead: Lead


Outcome = Taken | Gone


@transaction.atomic
def take_lead(lead_id: int, *, seen: int | None, by: User, at: datetime, to: User | None = None) -> Outcome:
    """Make it ``to``'s (None: whoever takes it), if its owner still is who was ``seen`` (None: nobody)."""
    lead, to = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id), to or by
    if not lead.is_open:
        return Gone(lead)
    begins = to == by and lead.state == LeadState.NEW
    if lead.owner_id == to.pk and not begins:
        return Taken(lead, taken=False)
    if lead.owner_id not in {seen, to.pk}:
        return Gone(lead)
    before = image(lead)
    if lead.owner_id != to.pk:
        lead.route, lead.allotted_at, lead.why = None, None, {}
    lead.owner = to
    if begins:
        lead.state = LeadState.WORKING
    kind = LeadStep.Kind.TAKEN if to == by else LeadStep.Kind.GIVEN
    tell_step(lead, before, step(lead, kind, by=by, at=at, to=to), by=by, at=at, to=str(to))
    return Taken(lead)
