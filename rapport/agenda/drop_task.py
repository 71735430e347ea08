"""Take back a task that was just added."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import whose
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def drop_task(task: Task, *, by: User, at: datetime) -> None:
    """Remove ``task`` as if nobody had asked for it; the row history keeps it."""
    gone, _rows = Task.objects.filter(pk=task.pk).delete()
    if gone:
        record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
