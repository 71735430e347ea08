"""The list of tasks: one's own, and those about customers one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.charted import STATES, charts_of
from rapport.agenda.models import Task
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, moment_operators, text_operators
from rapport.ui.tick import Tick

TICK = "tick-"


@dataclass(frozen=True)
class Line:
    task: Task
    customer: Named | None


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in two queries."""
    found = Task.objects.visible_to(reader).select_related("assignee", "created_by").in_bulk(ids)
    names = named((one.member_id for one in found.values()), reader=reader)
    return {pk: Line(one, names.get(one.member_id or 0)) for pk, one in found.items()}


def states() -> Choices:
    return [(value, str(label)) for value, label in STATES]


def in_state(values: list[str]) -> Q:
    condition = Q(pk__in=[])
    if "open" in values:
        condition |= Q(done_at=None)
    return condition | Q(done_at__isnull=False) if "done" in values else condition


def address(line: Line) -> str:
    return f"{reverse('customer', args=[line.customer.pk])}#now" if line.customer else ""


def state_of(task: Task) -> str:
    return _("done") if task.done_at else _("open")


def tick_of(task: Task, *, may: bool) -> Tick:
    """The tick of a task in its line; pressed again it is open as before."""
    step = "agenda:reopen_task" if task.done_at else "agenda:finish_task"
    url = reverse(step, args=[task.pk]) if may else ""
    return Tick(f"{TICK}{task.pk}", task.title, state_of(task), url, on=bool(task.done_at))


def tasks_of(reader: User) -> Listing[Line]:
    may = reader.allows("agenda.change_task")
    return Listing(
        name="tasks",
        columns=(
            Column("title", gettext_lazy("Task"), lambda line: line.task.title, link=address),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column("assignee", gettext_lazy("For"), lambda line: str(line.task.assignee)),
            Column(
                "state",
                gettext_lazy("State"),
                lambda line: tick_of(line.task, may=may),
                shape="ticks",
                plain=lambda line: state_of(line.task),
            ),
            Column("due", gettext_lazy("Due"), lambda line: line.task.due_at, sort="due", shape="moment", numeric=True),
            Column("by", gettext_lazy("By"), lambda line: str(line.task.created_by or ""), shown=False),
            Column(
                "done", gettext_lazy("Done"), lambda line: line.task.done_at, shape="moment", numeric=True, shown=False
            ),
            Column(
                "created",
                gettext_lazy("Created"),
                lambda line: line.task.created_at,
                sort="created",
                shape="moment",
                numeric=True,
                shown=False,
            ),
        ),
        sorts=(
            Sort(
                "due",
                gettext_lazy("Due"),
                "due_at",
                gettext_lazy("Due, soonest first"),
                gettext_lazy("Due, latest first"),
                kind=datetime,
                nullable=True,
            ),
            Sort(
                "created",
                gettext_lazy("Created"),
                "created_at",
                gettext_lazy("Created, oldest first"),
                gettext_lazy("Created, newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter("assignee", gettext_lazy("For"), colleague_operators("assignee"), gettext_lazy("for")),
            Filter("by", gettext_lazy("By"), colleague_operators("created_by", nullable=True), gettext_lazy("by")),
            Filter("due", gettext_lazy("Due"), moment_operators("due_at", nullable=True), gettext_lazy("due")),
            Filter("title", gettext_lazy("Task"), text_operators("title"), gettext_lazy("task")),
            Filter("created", gettext_lazy("Created"), moment_operators("created_at"), gettext_lazy("created")),
            Filter("done", gettext_lazy("Done"), moment_operators("done_at", nullable=True), gettext_lazy("done")),
        ),
        sort="-due",
        load=partial(load, reader=reader),
        counted=entries,
    )


TASK_LIST = RecordList(
    name="tasks",
    title=gettext_lazy("Tasks"),
    needs="agenda.view_task",
    exports="customers.export_customer",
    page="agenda:list",
    listing=tasks_of,
    rows=Task.objects.visible_to,
    charts=charts_of,
    begins="state=open&sort=due",
)
