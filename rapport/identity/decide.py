"""Say of two records that they are one customer, or that they are not; the decision is remembered for ever."""

from datetime import datetime

from django.db import transaction

from rapport.customers.models import Customer
from rapport.identity.merge import merge
from rapport.identity.models import Merge, Pair
from rapport.identity.unmerge import unmerge
from rapport.people.models import User


@transaction.atomic
def join(pair: Pair, *, by: User | None, at: datetime) -> Merge:
    """Merge the two; the older record stays. Raises MergeError when they can't be."""
    ids = sorted((pair.one.customer_id, pair.other.customer_id))
    stays, goes = (Customer.objects.get(pk=pk) for pk in ids)
    return merge(stays, goes, by=by, at=at)


@transaction.atomic
def keep_apart(pair: Pair, *, by: User | None, at: datetime) -> bool:
    """They are not the same, whatever they are merged with later; false when it was decided before."""
    decided = Pair.objects.open().filter(pk=pair.pk)
    return bool(decided.update(state=Pair.State.APART, decided_at=at, decided_by=by))


@transaction.atomic
def reopen(pair: Pair, *, by: User | None, at: datetime) -> bool:
    """Take a decision back, a merge with it; false when there is none."""
    found = Pair.objects.select_for_update().get(pk=pair.pk)
    if found.merge:
        unmerge(found.merge, by=by, at=at)
        return True
    if found.state != Pair.State.APART or found.one.customer_id == found.other.customer_id:
        return False
    found.state, found.decided_at, found.decided_by = Pair.State.OPEN, None, None
    found.save(update_fields=["state", "decided_at", "decided_by"])
    return True
