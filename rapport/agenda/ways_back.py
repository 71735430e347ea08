"""How what was done with tasks is told and taken back."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from rapport.agenda.models import Task
from rapport.customers.ways_back import all_seen
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User

DONE = {
    "added": gettext_lazy("Task added: %(title)s"),
    "done": gettext_lazy("Task done: %(title)s"),
    "reopened": gettext_lazy("Task opened again: %(title)s"),
    "dropped": gettext_lazy("Task deleted: %(title)s"),
}


def words(change: Change) -> str:
    return str(DONE[change.details["what"]]) % {"title": change.details["title"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    rows = list(rows_of(change))
    lay_rows_back(rows, choices)
    about = {name: change.details[name] for name in ("assignee", "member") if name in change.details}
    record(Fact.TASKS_CHANGED, [one.pk for one in rows], by=by, at=at, **about)


def seen(change: Change, user: User) -> bool:
    """A task is its assignee's, or that of whoever sees the customer."""
    pk = next(one.pk for one in rows_of(change))
    return Task.objects.visible_to(user).filter(pk=pk).exists() if not change.customer_ids else all_seen(change, user)


TASK = WayBack("agenda.change_task", words, undo, seen, icon="checkbox")
