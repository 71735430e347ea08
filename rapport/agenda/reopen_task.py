"""A task that was ticked off is open again."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def reopen_task(task: Task, *, by: User, at: datetime) -> None:
    """Take back that ``task`` is done; harmless when it is open."""
    if Task.objects.exclude(done_at=None).filter(pk=task.pk).update(done_at=None, done_by=None):
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
