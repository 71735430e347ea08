"""Take a merge back, exactly, whatever happened since and in any order."""

from datetime import datetime

from django.db import connection, transaction

from rapport.customers.models import Customer, Member
from rapport.identity.choose import chosen_for, withdraw
from rapport.identity.merge import MergeError, settle, survivor_of
from rapport.identity.models import Merge, Pair
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def unmerge(merge: Merge, *, by: User | None, at: datetime) -> Customer:
    """Part what ``merge`` joined; the customer that lives again. Raises MergeError (undone already, in the trash)."""
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        raise MergeError("undone already")
    root = locked_root(merge)
    if Customer.objects.filter(pk=root).exclude(trashed_at=None).exists():
        raise MergeError("in the trash")
    Customer.objects.filter(pk=merge.absorbed_id).update(merged_into=None)
    Member.objects.filter(home__in=merged_under(merge.absorbed_id)).update(customer=merge.absorbed_id)
    chosen = chosen_for(merge)
    withdraw(merge)
    merge.pairs.update(state=Pair.State.OPEN, merge=None, decided_at=None, decided_by=None)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    settle([root, merge.absorbed_id])
    back = {"merge": merge.pk, "choices": chosen}
    keep(Deed.PARTED, [root, merge.absorbed_id], by=by, at=at, back=back)
    record(Fact.CUSTOMERS_PARTED, [root, merge.absorbed_id], by=by, at=at, merge=merge.pk)
    return Customer.objects.get(pk=merge.absorbed_id)


def locked_root(merge: Merge) -> int:
    """Where both live now, locked with the one that parts; asked again, as it may have been merged while we waited."""
    root = 0
    while root != (now := survivor_of(merge.survivor_id)):
        root = now
        Customer.objects.select_for_update(no_key=True).order_by("pk").in_bulk([root, merge.absorbed_id])
    return root


def merged_under(customer_id: int) -> list[int]:
    """The ids of this customer and all that are merged into it, directly or through others."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE under AS (
                   SELECT %s::bigint AS id
                   UNION SELECT next.id FROM customers_customer next JOIN under ON next.merged_into_id = under.id
               ) SELECT id FROM under""",
            [customer_id],
        )
        return [row[0] for row in cursor.fetchall()]
