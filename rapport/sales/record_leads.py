"""Write leads that another system tells of, many at once; each stands on what came in, and is written once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.names import fold_key
from rapport.people.models import User
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import ACTIVE, Lead, LeadState, LeadStep
from rapport.sales.pipeline import Reason

# What came earlier is history: nobody is late with an answer to it.
FRESH = timedelta(days=3)
WARM = timedelta(days=30)


@dataclass(frozen=True)
class LeadIn:
    """One lead as its source tells it, on the interaction by which it came; names are in the words of the source."""

    interaction_id: int
    member_id: int | None
    wish: str
    came_at: datetime
    called: str = ""
    source: str = ""
    owner: str = ""
    state: LeadState = LeadState.NEW
    reason: str = ""
    answered_at: datetime | None = None
    until: date | None = None


@transaction.atomic
def record_leads(leads: Sequence[LeadIn], *, by: User | None, at: datetime) -> int:
    """How many are new. What became a lead before stays as people here left it."""
    known = set(
        Lead.objects.filter(interaction__in=[one.interaction_id for one in leads]).values_list("interaction", flat=True)
    )
    fresh = {one.interaction_id: one for one in leads if one.interaction_id not in known}
    house = House()
    made = Lead.objects.bulk_create([house.lead(one, by=by, at=at) for one in fresh.values()])
    LeadStep.objects.bulk_create(
        LeadStep(lead=one, kind=LeadStep.Kind.CAME, at=one.came_at, by=by, words=str(one.source)[:400]) for one in made
    )
    if made:
        record(Fact.LEADS_CHANGED, [one.pk for one in made], by=by, at=at)
    return len(made)


class House:
    """Our own sources, colleagues and reasons, to be found by the words of others."""

    def __init__(self) -> None:
        people = User.objects.filter(is_active=True).order_by("-pk")
        self.users = {word.casefold(): one for one in people for word in (one.name, one.email) if word}
        self.sources = {fold_key(one.name): one for one in LeadSource.objects.current()}
        self.reasons = {fold_key(one.name): one for one in Reason.objects.current().filter(end=Reason.UNFIT)}

    def lead(self, one: LeadIn, *, by: User | None, at: datetime) -> Lead:
        source, reason = self.source(one.source), self.reasons.get(fold_key(one.reason))
        unfit = one.state == LeadState.UNFIT
        waits = one.state in ACTIVE and one.answered_at is None and one.came_at > at - FRESH
        return Lead(
            wish=one.wish[:200],
            member_id=one.member_id,
            called=one.called[:200],
            source=source,
            interaction_id=one.interaction_id,
            state=one.state,
            owner=self.users.get(one.owner.casefold()) if one.owner else None,
            came_at=one.came_at,
            answer_by=one.came_at + source.within if waits and source.within is not None else None,
            answered_at=one.answered_at,
            until=(one.until or (at + WARM).date()) if one.state == LeadState.NURTURE else None,
            reason=reason if unfit else None,
            said=one.reason[:1000] if unfit and reason is None else "",
            created_at=at,
            created_by=by,
        )

    def source(self, name: str) -> LeadSource:
        """The one that is called so; one that is not here comes into being, without a clock."""
        key = fold_key(name)
        if key not in self.sources:
            place = (LeadSource.objects.aggregate(last=Max("place"))["last"] or 0) + 1
            self.sources[key] = LeadSource.objects.create(name=name[:100], place=place)
        return self.sources[key]


# How programs call the states of leads, folded.
STATES = {
    **dict.fromkeys(("", "new", "open", "neu", "offen", "not contacted", "open not contacted"), LeadState.NEW),
    **dict.fromkeys(("working", "contacted", "working contacted", "in progress", "in bearbeitung"), LeadState.WORKING),
    **dict.fromkeys(("nurture", "nurturing", "recycled", "later", "spater"), LeadState.NURTURE),
    **dict.fromkeys(("unqualified", "disqualified", "lost", "dead", "junk", "unfit", "ungeeignet"), LeadState.UNFIT),
    "closed not converted": LeadState.UNFIT,
    **dict.fromkeys(("qualified", "converted", "closed converted", "won", "qualifiziert"), LeadState.QUALIFIED),
}
