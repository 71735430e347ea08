"""Take back that a task was done."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def reopen_task(task: Task, *, by: User | None, at: datetime) -> Task:
    """The task, open again."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_at is not None:
        task.done_at = task.done_by = None
        task.save(update_fields=["done_at", "done_by"])
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at)
    return task
