"""What the agenda adds to the list of customers: what is to be done about whom."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.agenda.models import Task
from rapport.lists.more import More
from rapport.people.models import User
from rapport.ui.conditions import Filter, Operator
from rapport.ui.listing import Column


def columns(reader: User) -> Sequence[Column[object]]:
    return (
        Column(
            "tasks",
            gettext_lazy("Open tasks"),
            numeric=True,
            shown=False,
            beside=partial(open_tasks_of, reader=reader),
        ),
    )


def open_tasks_of(customer_ids: Sequence[int], *, reader: User) -> dict[int, int]:
    """How many tasks are open about each, in one query."""
    tasks = Task.objects.visible_to(reader).open().filter(member__customer__in=customer_ids)
    return dict(tasks.values_list("member__customer").annotate(number=Count("pk", distinct=True)).order_by())


def filters(reader: User) -> Sequence[Filter]:
    about = Task.objects.visible_to(reader).open().filter(member__customer=OuterRef("pk"))
    open_ = Q(Exists(about))
    return (
        Filter(
            "tasks",
            gettext_lazy("Open tasks"),
            (
                Operator("some", gettext_lazy("there are"), gettext_lazy("has open tasks"), lambda _none: open_, ()),
                Operator(
                    "none", gettext_lazy("there are none"), gettext_lazy("has no open task"), lambda _n: ~open_, ()
                ),
                Operator(
                    "late",
                    gettext_lazy("overdue"),
                    gettext_lazy("has an overdue task"),
                    lambda _none: Q(Exists(about.filter(due_at__lt=timezone.now()))),
                    (),
                ),
            ),
        ),
    )


AGENDA_MORE = More("agenda.view_task", columns, filters)
