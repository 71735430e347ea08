"""Write an enquiry down as a lead: its clock begins, and it goes to whom the routes say."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.models import Member
from rapport.journal.rows import added
from rapport.people.models import User
from rapport.sales.about_lead import step, tell
from rapport.sales.allot import allot
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import Lead, LeadStep
from rapport.timeline.models import Interaction


@dataclass(frozen=True)
class NewLead:
    """A lead as it begins; without an owner the routes decide."""

    wish: str
    source: LeadSource
    member: Member | None = None
    called: str = ""
    interaction: Interaction | None = None
    owner: User | None = None


def member_of(interaction: Interaction) -> Member | None:
    """Whom it is about, as far as that is known."""
    seat = interaction.participations.filter(main=True).select_related("member").first()
    return seat.member if seat else None


@transaction.atomic
def open_lead(new: NewLead, *, by: User | None, at: datetime, came_at: datetime | None = None) -> Lead:
    """The new lead; the one there is when the interaction became one before."""
    if new.interaction:
        # Two who make a lead of the same interaction: the second finds the first one's.
        Interaction.objects.select_for_update(of=("self",)).get(pk=new.interaction.pk)
        known = Lead.objects.filter(interaction=new.interaction).first()
        if known:
            return known
    came_at = came_at or at
    within = new.source.within
    lead = Lead.objects.create(
        wish=new.wish[:200],
        source=new.source,
        member=new.member,
        called=new.called[:200],
        interaction=new.interaction,
        owner=new.owner,
        came_at=came_at,
        answer_by=came_at + within if within is not None else None,
        created_at=at,
        created_by=by,
    )
    steps = [step(lead, LeadStep.Kind.CAME, by=by, at=came_at)]
    found = allot(lead, at=at) if new.owner is None else None
    if found:
        lead.owner, lead.route, lead.allotted_at, lead.why = found.user, found.route, at, found.why
        lead.save()
        steps.append(step(lead, LeadStep.Kind.ALLOTTED, by=None, at=at, to=found.user, words=found.route.name))
    # Taken back in this order: the steps are of the lead.
    tell(lead, [*map(added, steps), added(lead)], LeadStep.Kind.CAME, by=by, at=at)
    return lead
