"""A complaint stands open until somebody says how it was settled; meanwhile the contact policy knows of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rapport.consent.marks import COMPLAINT, mark
from rapport.customers.models import Condition, Customer, Member
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.timeline.models import DirectionChoice, Interaction
from rapport.timeline.note import note

KIND = "complaint"
# What is older when it comes in is history that an import brings; nobody waits for an answer to it any more.
FRESH = timedelta(days=30)


def open_complaints(customer_id: int) -> "QuerySet[Condition]":
    """Theirs, also those that were noted on a record before it was merged into theirs; the oldest first."""
    return all_complaints(customer_id).filter(until=None).order_by("since", "pk")


def all_complaints(customer_id: int) -> "QuerySet[Condition]":
    return of_members(Member.objects.filter(customer=customer_id))


def complaints_of(members: Sequence[int]) -> "QuerySet[Condition]":
    """The open ones of whoever has these members."""
    return of_members(Member.objects.filter(pk__in=members)).filter(until=None).order_by("since", "pk")


def of_members(members: "QuerySet[Member]") -> "QuerySet[Condition]":
    whose = Q(customer__in=members.values("customer")) | Q(customer__in=members.values("home"))
    return Condition.objects.filter(whose, name=COMPLAINT)


def publish_complaints(interaction_ids: Sequence[int], *, at: datetime) -> int:
    """Of these interactions the complaints stand open from now on; how many did not before. Asked twice, it is once."""
    came = Interaction.objects.filter(
        pk__in=interaction_ids, kind__iexact=KIND, direction=DirectionChoice.INBOUND, at__gt=at - FRESH
    )
    seats = came.filter(participations__main=True, participations__member__isnull=False).order_by("at", "pk")
    fresh = 0
    for then, subject, customer_id in seats.values_list("at", "subject", "participations__member__customer"):
        # One that stands holds for this one too, and what settled it settled everything that came before.
        if not all_complaints(customer_id).filter(Q(until=None) | Q(until__gte=then)).exists():
            mark(Customer.objects.get(pk=customer_id), COMPLAINT, subject, by=None, at=at, since=then)
            fresh += 1
    return fresh


@transaction.atomic
def settle(customer: Customer, how: str, *, key: str, by: User, at: datetime) -> bool:
    """That nothing is open any more, and how that came about, as a note on the timeline; False when nothing was."""
    ended = open_complaints(customer.pk).update(until=at)
    if ended:
        note(customer, _("Complaint settled: %(how)s") % {"how": how}, key=key, by=by, at=at)
        record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return bool(ended)
