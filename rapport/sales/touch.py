"""Whom the facts of deals and leads are about, for open pages."""

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead
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


def by_leads(event: Event, watched: Watched) -> Touched:
    """The customers, whoever owns them, and all who look at what nobody owns yet."""
    rows = list(Lead.objects.filter(pk__in=event.subject_ids).values_list("member", "owner"))
    nobodys = any(owner is None for _member, owner in rows)
    rows.append((event.details.get("member"), event.details.get("owner")))
    customers = Member.objects.filter(pk__in={member for member, _owner in rows if member}).values_list(
        "customer", flat=True
    )
    users = frozenset(owner for _m, owner in rows if owner) & watched.users
    return Touched(frozenset(customers) & watched.customers, watched.users if nobodys else users)
