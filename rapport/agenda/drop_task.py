"""Take back a task that was just added."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import keep_task, whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written, image
from rapport.people.models import User


@transaction.atomic
def drop_task(task: Task, *, by: User, at: datetime) -> None:
    """Remove ``task`` as if nobody had asked for it; it can be brought back."""
    before = image(task)
    gone, _rows = Task.objects.filter(pk=task.pk).delete()
    if gone:
        keep_task(task, Written(Task, task.pk, before, None), "dropped", by=by, at=at)
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
