"""Read what is open with a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from rapport.agenda.due import due_label, is_late
from rapport.agenda.models import Task
from rapport.people.models import User

SHOWN = 50


@dataclass(frozen=True)
class OpenTask:
    """A task as a page shows it."""

    task: Task
    overdue: bool
    due: str


def open_tasks(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[OpenTask]:
    """The open tasks about these members, the next due first; what is due on a day is late when the day is over."""
    found = (
        Task.objects.visible_to(reader)
        .open()
        .filter(member__in=member_ids)
        .select_related("assignee")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    return [as_open(task, at) for task in found[:SHOWN]]


def as_open(task: Task, at: datetime) -> OpenTask:
    if task.due_at is None:
        return OpenTask(task, overdue=False, due="")
    return OpenTask(task, is_late(task.due_at, at), due_label(task.due_at, at))
