"""Give somebody something to do."""

from datetime import datetime, timedelta

from django.db import transaction

from rapport.agenda.models import Task
from rapport.agenda.whose import keep_task, whose
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import added
from rapport.people.access import readers_of
from rapport.people.mentions import spoken_to
from rapport.people.models import User

# The same again so soon is a form that was sent twice.
TWICE = timedelta(minutes=1)


@transaction.atomic
def add_task(
    title: str,
    *,
    assignee: User,
    by: User,
    at: datetime,
    due_at: datetime | None = None,
    customer: Customer | None = None,
) -> Task:
    """The new task; the one just added, when the same is asked for twice."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    wanted = {
        "title": title,
        "assignee": assignee,
        "due_at": due_at,
        "member": main_member(customer) if customer else None,
        "created_by": by,
    }
    known = Task.objects.open().filter(created_at__gt=at - TWICE, **wanted).first()
    if known:
        return known
    readers = readers_of(customer.scope_id) if customer else User.objects.filter(is_active=True)
    task = Task.objects.create(created_at=at, mentions=spoken_to(title, readers) if "@" in title else [], **wanted)
    keep_task(task, added(task), "added", by=by, at=at)
    record(Fact.TASKS_CHANGED, [task.pk], by=by, at=at, **whose(task))
    return task
