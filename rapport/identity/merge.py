"""Two customers turn out to be one: their members live together from now on, and nothing else moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from rapport.customers.compute import compute, recent_fields, said_of
from rapport.customers.golden import Won, golden
from rapport.customers.held import held
from rapport.customers.models import Customer, Member
from rapport.identity.choose import choose
from rapport.identity.models import Merge, Pair
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


class MergeError(Exception):
    """These customers can't be merged, or that merge can't be undone; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Preview:
    """The record as it will be: `fields` by name, with the source record that wins and why."""

    fields: dict[str, Won]
    members: int


def preview(survivor: Customer, absorbed: Customer) -> Preview:
    """What a merge would make of the two; equal to what `merge` then makes."""
    refuse(survivor, absorbed)
    said = said_of([survivor.pk, absorbed.pk])
    together = sorted((one for records in said.values() for one in records), key=lambda one: one.record_id)
    members = Member.objects.filter(customer__in=[survivor.pk, absorbed.pk]).count()
    return Preview(golden(together, recent_fields()), members)


@transaction.atomic
def merge(
    survivor: Customer,
    absorbed: Customer,
    *,
    by: User | None,
    at: datetime,
    choices: Mapping[str, Customer] | None = None,
) -> Merge:
    """Make ``absorbed`` part of ``survivor``. Raises MergeError (same, kinds differ, merged already, in the trash, held by law).

    ``choices`` (field → one of the two) says whose value wins where the rules would have it otherwise.
    """
    locked = Customer.objects.select_for_update(no_key=True).order_by("pk").in_bulk([survivor.pk, absorbed.pk])
    if len(locked) == 2:  # noqa: PLR2004
        survivor, absorbed = locked[survivor.pk], locked[absorbed.pk]
    refuse(survivor, absorbed)
    merged = Merge.objects.create(survivor=survivor, absorbed=absorbed, at=at, by=by)
    choose(merged, choices or {})
    Customer.objects.filter(pk=absorbed.pk).update(merged_into=survivor)
    Member.objects.filter(customer=absorbed).update(customer=survivor)
    together = Pair.objects.open().filter(one__customer=survivor, other__customer=survivor)
    together.update(state=Pair.State.MERGED, merge=merged, decided_at=at, decided_by=by)
    settle([survivor.pk])
    keep(Deed.MERGED, [survivor.pk, absorbed.pk], by=by, at=at, back={"merge": merged.pk})
    record(Fact.CUSTOMERS_MERGED, [survivor.pk, absorbed.pk], by=by, at=at, merge=merged.pk)
    return merged


def refuse(survivor: Customer, absorbed: Customer) -> None:
    if survivor.pk == absorbed.pk:
        raise MergeError("same")
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise MergeError("merged already")
    if survivor.trashed_at or absorbed.trashed_at:
        raise MergeError("in the trash")
    if survivor.kind != absorbed.kind:
        raise MergeError("kinds differ")
    if held([absorbed.pk]):
        raise MergeError("held by law")


def settle(customer_ids: Sequence[int]) -> None:
    """Compute anew what a change of members changes: the golden record and the last contact."""
    compute(customer_ids)
    for customer_id in customer_ids:
        last = Member.objects.filter(customer=customer_id).aggregate(last=Max("last_contact_at"))["last"]
        Customer.objects.filter(pk=customer_id).update(last_contact_at=last)


def survivor_of(customer_id: int) -> int:
    """Where the record with this id lives now; an id leads to its survivor for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE way AS (
                   SELECT id, merged_into_id FROM customers_customer WHERE id = %s
                   UNION SELECT next.id, next.merged_into_id
                   FROM customers_customer next JOIN way ON next.id = way.merged_into_id
               ) SELECT id FROM way WHERE merged_into_id IS NULL""",
            [customer_id],
        )
        found = cursor.fetchone()
    return int(found[0]) if found else customer_id
