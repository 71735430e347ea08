"""Give somebody something to do, for a customer or not."""

from datetime import datetime

from django.db import transaction

from rapport.agenda.models import Task
from rapport.customers.models import Member
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def add_task(
    title: str,
    *,
    assignee: User,
    by: User | None,
    at: datetime,
    member: Member | None = None,
    due_at: datetime | None = None,
) -> Task:
    """The new task; of a customer when ``member`` is given."""
    task = Task.objects.create(
        title=title, assignee=assignee, member=member, due_at=due_at, created_by=by, created_at=at
    )
    record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at)
    return task
