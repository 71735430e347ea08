"""Take back what one run of a rule did; what somebody changed since stays, and says so in the log."""

from datetime import datetime, timedelta

from django.db import transaction

from rapport.people.models import User
from rapport.rules.models import Act, Run
from rapport.rules.then import THENS, Undone

KEPT = timedelta(days=30)


class UndoError(Exception):
    """A run that can't be taken back; the code says why: undone already, or too late."""


@transaction.atomic
def take_back(run: Run, *, by: User, at: datetime) -> int:
    """How many are as they were before. Raises UndoError."""
    now = Run.objects.select_for_update(of=("self",)).select_related("version").get(pk=run.pk)
    if now.undone_at:
        raise UndoError("undone already")
    if at > now.at + KEPT:
        raise UndoError("too late")
    left = THENS[now.version.then].undo(Undone(now, by, at))
    acts = Act.objects.filter(run=now, outcome=Act.Outcome.DONE)
    for reason in set(left.values()):
        stay = [pk for pk, why in left.items() if why == reason]
        acts.filter(customer__in=stay).update(outcome=Act.Outcome.KEPT, reason=reason[:400])
    back = acts.update(outcome=Act.Outcome.UNDONE)
    now.undone_at, now.undone_by, now.back = at, by, {}
    now.save(update_fields=["undone_at", "undone_by", "back"])
    return back
