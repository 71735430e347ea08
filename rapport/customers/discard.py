"""Put customers into the trash, set by set: they are gone from everywhere and keep all that is theirs."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from rapport.customers.by_hand import lock
from rapport.customers.models import Customer
from rapport.customers.trash import Trashed
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def discard(customers: Iterable[int], *, by: User | None, at: datetime) -> Trashed | None:
    """Put this one customer into the trash, with a way back; None when it is there already or merged away."""
    gone = throw_away(customers, by=by, at=at)
    if gone:
        names = list(Customer.objects.filter(pk__in=gone).order_by("pk").values_list("name", flat=True))
        keep(Deed.DISCARDED, gone, by=by, at=at, back={"customers": gone}, names=names)
    return Trashed.objects.filter(customer__in=gone).there().first()


@transaction.atomic
def throw_away(customers: Iterable[int], *, by: User | None, at: datetime) -> list[int]:
    """The ids of those that are in the trash now and were not before."""
    ids = sorted(set(customers))
    lock(ids)
    living = list(Customer.objects.living().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    if not living:
        return []
    Customer.objects.filter(pk__in=living).update(trashed_at=at)
    Trashed.objects.bulk_create(Trashed(customer_id=pk, at=at, by=by) for pk in living)
    record(Fact.CUSTOMERS_DISCARDED, living, by=by, at=at)
    return living
