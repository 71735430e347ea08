"""The list of account plans for customers one may see, each with how well it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.accounts.gaps import Health, health_of
from rapport.accounts.models import Plan
from rapport.lists.axes import by_user
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, date_operators, moment_operators, text_operators

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True)
class Line:
    plan: Plan
    customer: Named | None
    health: Health


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in a fixed number of queries."""
    found = Plan.objects.visible_to(reader).select_related("owner").in_bulk(ids)
    names = named((one.member_id for one in found.values()), reader=reader)
    health = health_of(found.values(), reader=reader, at=timezone.now())
    return {pk: Line(one, names.get(one.member_id), health[pk]) for pk, one in found.items()}


def states() -> Choices:
    return [(OPEN, str(gettext_lazy("open"))), (CLOSED, str(gettext_lazy("closed")))]


def in_state(values: list[str]) -> Q:
    found = Q(pk__in=[])
    if OPEN in values:
        found |= Q(closed_at=None)
    if CLOSED in values:
        found |= Q(closed_at__isnull=False)
    return found


def address(line: Line) -> str:
    return reverse("accounts:plan", args=[line.plan.pk])


def plans_of(reader: User) -> Listing[Line]:
    return Listing(
        name="plans",
        columns=(
            Column("name", gettext_lazy("Plan"), lambda line: line.plan.name, link=address),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column("health", gettext_lazy("How it stands"), lambda line: str(line.health.words)),
            Column("gaps", gettext_lazy("What is missing"), lambda line: line.health.reasons, shape="long"),
            Column("owner", gettext_lazy("Owner"), lambda line: str(line.plan.owner)),
            Column("starts", gettext_lazy("From"), lambda line: line.plan.starts, shape="day", shown=False),
            Column("ends", gettext_lazy("Until"), lambda line: line.plan.ends, sort="ends", shape="day", numeric=True),
            Column(
                "created",
                gettext_lazy("Written"),
                lambda line: line.plan.created_at,
                sort="created",
                shape="moment",
                numeric=True,
                shown=False,
            ),
        ),
        sorts=(
            Sort(
                "ends",
                gettext_lazy("Until"),
                "ends",
                gettext_lazy("Ending soonest first"),
                gettext_lazy("Ending latest first"),
                kind=date,
            ),
            Sort(
                "created",
                gettext_lazy("Written"),
                "created_at",
                gettext_lazy("Oldest first"),
                gettext_lazy("Newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter("owner", gettext_lazy("Owner"), colleague_operators("owner"), gettext_lazy("owner")),
            Filter("name", gettext_lazy("Plan"), text_operators("name"), gettext_lazy("plan")),
            Filter("ends", gettext_lazy("Until"), date_operators("ends"), gettext_lazy("until")),
            Filter("created", gettext_lazy("Written"), moment_operators("created_at"), gettext_lazy("written")),
        ),
        sort="ends",
        load=partial(load, reader=reader),
        counted=entries,
    )


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            by_user("owner", gettext_lazy("Owner"), "owner"),
            Axis("ends", gettext_lazy("Until"), "ends", moment=True),
            Axis("created", gettext_lazy("Written"), "created_at", moment=True),
        ),
        amounts=(),
    )


PLAN_LIST = RecordList(
    name="plans",
    title=gettext_lazy("Account plans"),
    needs="accounts.view_plan",
    exports="customers.export_customer",
    page="accounts:list",
    listing=plans_of,
    rows=Plan.objects.visible_to,
    charts=charts_of,
    begins="state=open&sort=ends",
)
