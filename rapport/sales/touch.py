"""Whom the facts of deals are about, for open pages."""

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.sales.deal import Deal
from rapport.timeline.live import Touched, Watched


def by_deals(event: Event, watched: Watched) -> Touched:
    """The customers, and whoever owns them."""
    rows = list(Deal.objects.filter(pk__in=event.subject_ids).values_list("member", "owner"))
    rows.append((event.details.get("member"), event.details.get("owner")))
    customers = Member.objects.filter(pk__in={member for member, _owner in rows if member}).values_list(
        "customer", flat=True
    )
    return Touched(
        frozenset(customers) & watched.customers, frozenset(owner for _m, owner in rows if owner) & watched.users
    )
