"""Say of two records that they are one customer, or that they are not; the decision is remembered for ever."""

from datetime import datetime

from django.db import transaction

from rapport.customers.models import Customer
from rapport.identity.merge import MergeError, merge
from rapport.identity.models import Merge, Pair
from rapport.identity.unmerge import unmerge
from rapport.people.models import User


@transaction.atomic
def join(pair: Pair, *, by: User | None, at: datetime) -> Merge:
    """Merge the two; the older record stays. Raises MergeError when they can't be, or when it was decided before."""
    ids = sorted((pair.one.customer_id, pair.other.customer_id))
    # Customers before pairs, as everybody locks them who merges or parts.
    stays, goes = (Customer.objects.select_for_update(no_key=True).get(pk=pk) for pk in ids)
    if not Pair.objects.open().select_for_update().filter(pk=pair.pk).exists():
        raise MergeError("decided already")
    return merge(stays, goes, by=by, at=at)


@transaction.atomic
def keep_apart(pair: Pair, *, by: User | None, at: datetime) -> bool:
    """They are not the same, whatever they are merged with later; false when it was decided before."""
    decided = Pair.objects.open().filter(pk=pair.pk)
    return bool(decided.update(state=Pair.State.APART, decided_at=at, decided_by=by))


@transaction.atomic
def reopen(pair: Pair, *, by: User | None, at: datetime) -> bool:
    """Take a decision back, a merge with it; false when there is none."""
    found = Pair.objects.select_related("one", "other", "merge").get(pk=pair.pk)
    if found.merge:
        return parted(found.merge, by=by, at=at)
    if found.one.customer_id == found.other.customer_id:
        return False
    apart = Pair.objects.filter(pk=pair.pk, state=Pair.State.APART)
    return bool(apart.update(state=Pair.State.OPEN, decided_at=None, decided_by=None))


def parted(merge: Merge, *, by: User | None, at: datetime) -> bool:
    try:
        unmerge(merge, by=by, at=at)
    except MergeError:
        return False
    return True
