"""Write down that an address, or a person wherever they are reached, must not be written to any more."""

from datetime import datetime

from django.db import transaction

from rapport.consent.lock import ALONE, hold, person
from rapport.consent.models import Cause, Extent, Suppression
from rapport.consent.ways import Way, keyed
from rapport.customers.models import Customer, Member
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def object_to(
    address: str,
    cause: str = Cause.OBJECTED,
    *,
    evidence: str,
    by: User | None,
    at: datetime,
    way: str = Way.EMAIL,
    extent: str = Extent.EVERYTHING,
) -> Suppression:
    """The suppression; when this returned and the transaction is through, nothing leaves any more.

    Waits for what is on its way at this moment. Raises NotAnIdentifier.
    """
    key, value = keyed(address, way)
    hold([key], ALONE)
    made = Suppression(way=way, key=key, value=value, cause=cause, extent=extent)
    return stands(made, evidence, by=by, at=at)


@transaction.atomic
def object_as(
    member: Member,
    cause: str = Cause.OBJECTED,
    *,
    evidence: str,
    by: User | None,
    at: datetime,
    extent: str = Extent.ADVERTISING,
) -> Suppression:
    """As `object_to`, for a person: it holds for every address that they have, and that a later merge brings."""
    customer = alone_with(member)
    made = Suppression(way="", value=customer.name, member=member, cause=cause, extent=extent)
    return stands(made, evidence, by=by, at=at)


def alone_with(member: Member) -> Customer:
    """Nobody sends to whoever ``member`` belongs to, and no merge changes who that is, until the transaction ends."""
    while True:
        customer_id = Member.objects.values_list("customer_id", flat=True).get(pk=member.pk)
        them = Member.objects.filter(customer=customer_id).order_by("pk")
        known = list(them.values_list("pk", flat=True))
        hold([person(one) for one in known], ALONE)
        customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
        if list(them.values_list("pk", flat=True)) == known:
            return customer


def stands(made: Suppression, evidence: str, *, by: User | None, at: datetime) -> Suppression:
    """``made``, or the one that says the same already."""
    same = {name: getattr(made, name) for name in ("way", "key", "member", "cause", "extent")}
    known = Suppression.objects.standing().filter(**same).first()
    if known:
        return known
    made.evidence, made.since, made.by = evidence[:1_000], at, by
    made.save()
    record(Fact.SUPPRESSIONS_CHANGED, [made.pk], by=by, at=at)
    return made
