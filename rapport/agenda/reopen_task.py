"""A task that was ticked off is open again."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import keep_task, whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import changed, image
from rapport.people.models import User


@transaction.atomic
def reopen_task(task: Task, *, by: User, at: datetime) -> None:
    """Take back that ``task`` is done; harmless when it is open."""
    before = image(task)
    if Task.objects.exclude(done_at=None).filter(pk=task.pk).update(done_at=None, done_by=None):
        keep_task(task, changed(task, before), "reopened", by=by, at=at)
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
