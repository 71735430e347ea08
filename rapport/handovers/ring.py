"""Tell once that the time for an answer has run out."""

from datetime import datetime

from django.db import transaction

from rapport.handovers.handover import Handover, Step
from rapport.handovers.tell import step

PIECE = 200


@transaction.atomic
def ring(*, at: datetime) -> int:
    """How many of those that are late were told of now; called until there are none."""
    late = Handover.objects.late(at).filter(rung_at=None).select_for_update(skip_locked=True, of=("self",))
    found = list(late.select_related("deal").order_by("due_at", "pk")[:PIECE])
    for one in found:
        one.rung_at = at
        one.save(update_fields=["rung_at"])
        step(one, Step.Kind.LATE, by=None, at=at)
    return len(found)
