"""Locks on addresses: many may send to one at once, nobody while its owner objects."""

from collections.abc import Collection, Iterable

from django.db import connection

from rapport.customers.models import Identifier

SHARED, ALONE = (
    f"SELECT {lock}(hashtextextended('consent:' || name, 7)) FROM unnest(%s::text[]) name"  # noqa: S608
    for lock in ("pg_advisory_xact_lock_shared", "pg_advisory_xact_lock")
)


# What many are written about at once takes instead of a lock each: the table of locks has an end.
EVERYBODY = " everybody"
MANY = 500


def hold(names: Iterable[str], lock: str) -> None:
    """Until the end of the transaction; in one order, so that nobody waits in a circle."""
    wanted = sorted(set(names))
    with connection.cursor() as cursor:
        cursor.execute(lock, [wanted])


def alone(keys: Collection[str]) -> None:
    """Nothing leaves for these addresses until the end of the transaction, and nobody else writes about them."""
    many = len(set(keys)) > MANY
    hold([EVERYBODY], ALONE if many else SHARED)
    if not many:
        hold(keys, ALONE)


def person(member_id: int) -> str:
    """The name of a member among the addresses, none of which begins with a space."""
    return f" member {member_id}"


def holders_of(keys: Iterable[str], member_ids: Iterable[int]) -> list[str]:
    """The names of whoever has one of these addresses, and of these members."""
    held = Identifier.objects.filter(key__in=set(keys)).values_list("member_id", flat=True)
    return [person(one) for one in {*held, *member_ids}]
