"""What can be done to many tasks at once."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.due import due_label
from rapport.agenda.listing import TASK_LIST
from rapport.agenda.models import Task
from rapport.bulk.action import Action, Batch, Outcome, Records, Said, Taken, Undone, no_words
from rapport.bulk.customers import EXPORT
from rapport.bulk.forms import AssigneeForm, DueForm, NothingForm
from rapport.bulk.rows import delete_rows, lay_back, write_rows
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

CHANGE = "agenda.change_task"
Values = dict[str, Any]


def writes(values: Callable[[Batch], Values], same: Callable[[Said], Q]) -> Callable[[Batch], Outcome]:
    """Give ``values`` to those that are not so already."""

    def do(batch: Batch) -> Outcome:
        goes = Task.objects.filter(pk__in=batch.ids).exclude(same(batch.said)).values_list("pk", flat=True)
        return told(write_rows(Task, goes, **values(batch)), batch)

    return do


def told(outcome: Outcome, batch: Batch) -> Outcome:
    if outcome.changed:
        record(Fact.TASKS_CHANGED, [row[1] for row in outcome.back["rows"]], by=batch.by, at=batch.at)
    return outcome


def undo(undone: Undone) -> Taken:
    taken = lay_back(undone)
    goes = [row[1] for row in undone.kept["rows"] if row[1] not in taken.left]
    if goes:
        record(Fact.TASKS_CHANGED, goes, by=undone.by, at=undone.at)
    return taken


def drop(batch: Batch) -> Outcome:
    """Whoever asked for a task may delete it, and whoever leads."""
    goes = Task.objects.filter(pk__in=batch.ids)
    if not batch.by.allows("agenda.delete_task"):
        goes = goes.filter(created_by=batch.by)
    outcome = told(delete_rows(Task, goes.values_list("pk", flat=True)), batch)
    gone = {row[1] for row in outcome.back.get("rows", ())}
    reason = _("Somebody else asked for this task, so only they or a manager may delete it.")
    outcome.refused.update((pk, reason) for pk in batch.ids if pk not in gone)
    return outcome


def is_done(_said: Said) -> Q:
    return Q(done_at__isnull=False)


def is_open(_said: Said) -> Q:
    return Q(done_at=None)


def is_theirs(said: Said) -> Q:
    return Q(assignee=said["assignee"])


def is_due(said: Said) -> Q:
    return Q(due_at=said["due_at"])


def words_of_due(said: Said) -> str:
    due_at = parse_datetime(said["due_at"]) if said["due_at"] else None
    return due_label(due_at, due_at) if due_at else _("no day")


def whom(said: Said) -> str:
    return str(User.objects.filter(pk=said["assignee"]).first() or "")


TASKS = Records(
    TASK_LIST,
    actions=(
        Action(
            "done",
            gettext_lazy("Mark as done"),
            "check",
            CHANGE,
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            writes(lambda batch: {"done_at": batch.at, "done_by": batch.by}, is_done),
            is_done,
            undo,
        ),
        Action(
            "reopen",
            gettext_lazy("Open again"),
            "rotate",
            CHANGE,
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            writes(lambda _batch: {"done_at": None, "done_by": None}, is_open),
            is_open,
            undo,
        ),
        Action(
            "assign",
            gettext_lazy("Assign"),
            "user-check",
            CHANGE,
            AssigneeForm.asked,
            AssigneeForm.plain,
            whom,
            writes(lambda batch: {"assignee": batch.said["assignee"]}, is_theirs),
            is_theirs,
            undo,
        ),
        Action(
            "due",
            gettext_lazy("Change the due day"),
            "calendar-event",
            CHANGE,
            DueForm.asked,
            DueForm.plain,
            words_of_due,
            writes(lambda batch: {"due_at": batch.said["due_at"]}, is_due),
            is_due,
            undo,
        ),
        EXPORT,
        Action(
            "delete",
            gettext_lazy("Delete"),
            "trash",
            CHANGE,
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            drop,
            undo=undo,
            danger=True,
        ),
    ),
)
