"""Tick a task off."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def finish_task(task: Task, *, by: User | None, at: datetime) -> Task:
    """The task as done; one that is done already stays as it was."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_at is None:
        task.done_at, task.done_by = at, by
        task.save(update_fields=["done_at", "done_by"])
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at)
    return task
