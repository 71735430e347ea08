"""Join again what was parted: a merge whose taking back is taken back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rapport.customers.models import Customer, Member
from rapport.identity.choose import choose
from rapport.identity.merge import MergeError, refuse, settle
from rapport.identity.models import Merge, Pair
from rapport.identity.unmerge import locked_root
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def merge_again(merge: Merge, choices: Mapping[str, int], *, by: User | None, at: datetime) -> int:
    """Let ``merge`` hold again, with what was chosen for it; where both live. Raises MergeError."""
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is None:
        raise MergeError("merged already")
    root = locked_root(merge)
    absorbed, survivor = (Customer.objects.get(pk=pk) for pk in (merge.absorbed_id, root))
    refuse(survivor, absorbed)
    merge.undone_at = merge.undone_by = None
    merge.choices = {}
    merge.save(update_fields=["undone_at", "undone_by", "choices"])
    sides = Customer.objects.in_bulk(set(choices.values()))
    choose(merge, {name: sides[pk] for name, pk in choices.items() if pk in sides})
    Customer.objects.filter(pk=absorbed.pk).update(merged_into=merge.survivor_id)
    Member.objects.filter(customer=absorbed).update(customer=root)
    together = Pair.objects.open().filter(one__customer=root, other__customer=root)
    together.update(state=Pair.State.MERGED, merge=merge, decided_at=at, decided_by=by)
    settle([root])
    record(Fact.CUSTOMERS_MERGED, [root, absorbed.pk], by=by, at=at, merge=merge.pk)
    return root
