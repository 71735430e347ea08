"""A task is done."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import keep_task, whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import changed, image
from rapport.people.models import User


@transaction.atomic
def finish_task(task: Task, *, by: User, at: datetime) -> None:
    """Say that ``task`` is done; harmless when it is already."""
    before = image(task)
    if Task.objects.open().filter(pk=task.pk).update(done_at=at, done_by=by):
        keep_task(task, changed(task, before), "done", by=by, at=at)
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
