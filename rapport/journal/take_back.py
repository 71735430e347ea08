"""Take a change back, once, while its time lasts, and never over what somebody wrote since without asking."""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, way_back
from rapport.people.models import User


@transaction.atomic
def take_back(change: Change, *, by: User, at: datetime, choices: Choices | None = None) -> Change:
    """Undo ``change``; ``choices`` say per clash whether the old value comes ``back`` or ``stays`` away.

    Raises UndoError (undone already, too late, not allowed, changed since, taken meanwhile, …).
    """
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    refuse(change, by=by, at=at)
    way = way_back(change)
    try:
        with transaction.atomic():
            way.undo(change, by=by, at=at, choices=choices or {})
    except IntegrityError as problem:
        # Somebody else has come to hold what would come back, or what it hung on is gone.
        raise UndoError("taken meanwhile") from problem
    except ObjectDoesNotExist as problem:
        raise UndoError("not there") from problem
    except UndoError as problem:
        # Whoever gave a record away may take that back, but learns nothing of what became of it since.
        if problem.clashes and not way.seen(change, by):
            raise UndoError("out of sight") from problem
        raise
    change.undone_at, change.undone_by = at, by
    change.save(update_fields=["undone_at", "undone_by"])
    return change


def refuse(change: Change, *, by: User, at: datetime) -> None:
    if change.undone_at:
        raise UndoError("undone already")
    if not change.is_open(at):
        raise UndoError("too late")
    way = way_back(change)
    if not by.allows(way.needs):
        raise UndoError("not allowed")
    if change.by_id != by.pk and not way.seen(change, by):
        raise UndoError("out of sight")
