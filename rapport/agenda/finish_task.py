"""A task is done."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def finish_task(task: Task, *, by: User, at: datetime) -> None:
    """Say that ``task`` is done; harmless when it is already."""
    if Task.objects.open().filter(pk=task.pk).update(done_at=at, done_by=by):
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
