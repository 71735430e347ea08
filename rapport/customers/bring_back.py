"""Bring customers back from the trash, exactly as they went."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from rapport.customers.by_hand import lock
from rapport.customers.models import Customer
from rapport.customers.trash import KEPT, Trashed
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def bring_back(customers: Iterable[int], *, by: User | None, at: datetime) -> list[int]:
    """The ids of those that are back; what lies there for more than thirty days stays."""
    ids = sorted(set(customers))
    lock(ids)
    there = Trashed.objects.there().filter(customer__in=ids, at__gt=at - KEPT)
    back = sorted(there.values_list("customer_id", flat=True))
    if not back:
        return []
    Trashed.objects.there().filter(customer__in=back).update(restored_at=at, restored_by=by)
    Customer.objects.filter(pk__in=back).update(trashed_at=None)
    record(Fact.CUSTOMERS_RETURNED, back, by=by, at=at)
    return back
