"""Ring the reminders that are due: each once, also after a restart."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.notices.models import Reminder

AT_ONCE = 500


@transaction.atomic
def ring(*, at: datetime) -> int:
    """How many rang. What is done by then, or cancelled, is put away in silence."""
    waiting = Reminder.objects.waiting().filter(at__lte=at).order_by("at", "pk")
    # Another worker's are left to it.
    ids = list(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
    due = Reminder.objects.filter(pk__in=ids)
    over = Q(task__done_at__isnull=False) | Q(meeting__cancelled_at__isnull=False)
    gone = list(due.filter(over).values_list("pk", flat=True))
    due.filter(pk__in=gone).update(closed_at=at)
    rung = sorted(set(ids) - set(gone))
    due.filter(pk__in=rung).update(rung_at=at)
    if rung:
        record(Fact.REMINDERS_RUNG, rung, by=None, at=at)
    return len(ids)
