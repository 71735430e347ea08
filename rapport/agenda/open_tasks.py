"""Read what is open with a customer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from rapport.agenda.due import due_label, is_late
from rapport.agenda.models import Task
from rapport.people.mentions import renamed
from rapport.people.models import User

SHOWN = 50


@dataclass(frozen=True)
class OpenTask:
    """A task as a page shows it."""

    task: Task
    overdue: bool
    due: str
    title: str = ""
    mentioned: tuple[str, ...] = ()


def open_tasks(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[OpenTask]:
    """The open tasks about these members, the next due first; what is due on a day is late when the day is over."""
    found = (
        Task.objects.visible_to(reader)
        .open()
        .filter(member__in=member_ids)
        .select_related("assignee")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    return as_open(found[:SHOWN], at)


def as_open(tasks: Iterable[Task], at: datetime) -> list[OpenTask]:
    """``tasks`` as pages show them, with the present names of the colleagues they speak to."""
    found = list(tasks)
    spoken = {place[2] for task in found for place in task.mentions}
    names = {one.pk: str(one) for one in User.objects.filter(pk__in=spoken)} if spoken else {}
    return [shown(task, names, at) for task in found]


def shown(task: Task, names: Mapping[int, str], at: datetime) -> OpenTask:
    return OpenTask(
        task,
        overdue=task.due_at is not None and is_late(task.due_at, at),
        due=due_label(task.due_at, at) if task.due_at else "",
        title=renamed(task.title, task.mentions, names),
        mentioned=tuple(names[place[2]] for place in task.mentions if place[2] in names),
    )
