"""Take back what one run of a rule did; what somebody changed since stays, and says so in the log."""

from datetime import datetime

from django.db import transaction

from rapport.journal.change import KEPT, Change, Deed
from rapport.journal.ways_back import UndoError
from rapport.people.models import User
from rapport.rules.models import Act, Run
from rapport.rules.then import THENS, Undone


@transaction.atomic
def take_back(run: Run, *, by: User, at: datetime) -> int:
    """How many are as they were before. Raises UndoError (undone already, too late)."""
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
    # Whichever page asked for it: under the changes it is taken back, too.
    kept = Change.objects.filter(deed=Deed.RULE, at=now.at, back__run=now.pk, undone_at=None)
    kept.update(undone_at=at, undone_by=by)
    return back
