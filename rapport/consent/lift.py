"""End a suppression, with the reason."""

from datetime import datetime

from django.db import transaction

from rapport.consent.lock import ALONE, hold, person
from rapport.consent.models import Lift, Suppression
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def lift(suppression: Suppression, reason: str, *, by: User | None, at: datetime) -> Lift:
    """The end of ``suppression``; the first one when it was lifted before."""
    hold([person(suppression.member_id) if suppression.member_id else suppression.key], ALONE)
    made, fresh = Lift.objects.get_or_create(
        suppression=suppression, defaults={"reason": reason[:1_000], "at": at, "by": by}
    )
    if fresh:
        record(Fact.SUPPRESSIONS_CHANGED, [suppression.pk], by=by, at=at)
    return made
