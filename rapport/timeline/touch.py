"""Whom the facts of customers and interactions are about, for open pages."""

from django.db.models import Q

from rapport.customers.models import Customer, Member
from rapport.journal.models import Event
from rapport.timeline.live import Touched, Watched
from rapport.timeline.models import Participation


def by_customers(event: Event, watched: Watched) -> Touched:
    """Facts about customers name them."""
    return touched(event.subject_ids, watched)


def by_interactions(event: Event, watched: Watched) -> Touched:
    """Facts about interactions concern everybody who took part."""
    members = Participation.objects.filter(interaction__in=event.subject_ids).values("member")
    return among(Q(pk__in=Member.objects.filter(pk__in=members).values("customer")), watched)


def touched(customer_ids: list[int], watched: Watched) -> Touched:
    """These customers, as far as they are watched, and those who watch over them."""
    return among(Q(pk__in=customer_ids), watched)


def among(which: Q, watched: Watched) -> Touched:
    wanted = Customer.objects.filter(which).filter(Q(pk__in=watched.customers) | Q(owner__in=watched.users))
    rows = list(wanted.values_list("pk", "owner"))
    return Touched(
        frozenset(pk for pk, _owner in rows) & watched.customers,
        frozenset(owner for _pk, owner in rows if owner) & watched.users,
    )
