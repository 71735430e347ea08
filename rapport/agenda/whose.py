"""Whom news about a task concerns, and how what was done with it is kept."""

from datetime import datetime

from rapport.agenda.models import Task
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.rows import Written
from rapport.people.models import User


def whose(task: Task) -> dict[str, int]:
    """Its assignee and its member, as details of the fact; they stay readable when the task is gone."""
    return {"assignee": task.assignee_id} | ({"member": task.member_id} if task.member_id else {})


def keep_task(task: Task, written: Written, what: str, *, by: User, at: datetime) -> None:
    """Keep what was done with ``task``, with a way back."""
    customers = [task.member.customer_id] if task.member else []
    keep_row(Deed.TASK, customers, written, by=by, at=at, what=what, title=task.title, **whose(task))
