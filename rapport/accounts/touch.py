"""Whom the facts of account plans are about, for open pages."""

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.timeline.live import Touched, Watched


def by_plans(event: Event, watched: Watched) -> Touched:
    """The customer, and whoever owns the plan."""
    customers = Member.objects.filter(pk=event.details.get("member") or 0).values_list("customer", flat=True)
    owners = {one for one in (event.details.get("owner"),) if one}
    return Touched(frozenset(customers) & watched.customers, frozenset(owners) & watched.users)
