"""Write down that an address must not be written to any more."""

from datetime import datetime

from django.db import transaction

from rapport.consent.lock import ALONE, hold
from rapport.consent.models import Cause, Suppression, Way
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.identifiers import normalise
from rapport.people.models import User


@transaction.atomic
def object_to(
    address: str, cause: str = Cause.OBJECTED, *, evidence: str, by: User | None, at: datetime, way: str = Way.EMAIL
) -> Suppression:
    """The suppression; when this returned and the transaction is through, nothing leaves any more.

    Waits for what is on its way at this moment. Raises NotAnIdentifier.
    """
    identity = normalise(way, address)
    hold([identity.key], ALONE)
    known = Suppression.objects.standing().filter(way=way, key=identity.key, cause=cause).first()
    if known:
        return known
    made = Suppression.objects.create(
        way=way, key=identity.key, value=identity.value, cause=cause, evidence=evidence[:1_000], since=at, by=by
    )
    record(Fact.SUPPRESSIONS_CHANGED, [made.pk], by=by, at=at)
    return made
