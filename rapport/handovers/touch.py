"""Whom the facts of hand-overs are about, for open pages."""

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.people.models import User
from rapport.timeline.live import Touched, Watched


def by_handovers(event: Event, watched: Watched) -> Touched:
    """The customer, whoever sends, and all to whom it goes."""
    told = event.details
    customers = Member.objects.filter(pk=told.get("member") or 0).values_list("customer", flat=True)
    users = {told.get("sender") or 0, told.get("taken") or 0}
    team = User.objects.filter(team=told.get("team") or 0, pk__in=watched.users).values_list("pk", flat=True)
    return Touched(frozenset(customers) & watched.customers, watched.users & (users | set(team)))
