"""Whom news about a lead concerns, and how what was done with it is kept."""

from collections.abc import Sequence
from datetime import datetime

from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Image, Written, added, changed
from rapport.people.models import User
from rapport.sales.lead import Lead, LeadStep


def step(
    lead: Lead, kind: LeadStep.Kind, *, by: User | None, at: datetime, to: User | None = None, words: str = ""
) -> LeadStep:
    return LeadStep.objects.create(lead=lead, kind=kind, at=at, by=by, to=to, words=words[:400])


def tell(
    lead: Lead, written: Sequence[Written], what: str, *, by: User | None, at: datetime, **details: str
) -> Change | None:
    """Keep what was done with ``lead``, with a way back, and record that it changed."""
    whose: dict[str, int | None] = {"owner": lead.owner_id, "member": lead.member_id}
    back = {"rows": [one.kept for one in written]}
    customers = [lead.member.customer_id] if lead.member else []
    change = keep(Deed.LEAD, customers, by=by, at=at, back=back, what=what, wish=lead.wish, **whose, **details)
    record(Fact.LEADS_CHANGED, [lead.pk], by=by, at=at, **{name: pk for name, pk in whose.items() if pk})
    return change


def tell_step(
    lead: Lead, before: Image | None, made: LeadStep, *, by: User | None, at: datetime, **details: str
) -> Change | None:
    """The same of a lead that one step changed."""
    lead.save()
    # Taken back in this order: the step is of the lead.
    return tell(lead, [added(made), changed(lead, before)], made.kind, by=by, at=at, **details)
