"""The list of leads: one's own, those of nobody known, and those of customers one may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_choice, by_user
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import ACTIVE, Lead, LeadState
from rapport.sales.lead_words import Clock, clock_of
from rapport.sales.pipeline import Reason
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, date_operators, moment_operators, text_operators


@dataclass(frozen=True)
class Line:
    lead: Lead
    customer: Named | None
    clock: Clock

    @property
    def who(self) -> str:
        return self.customer.name if self.customer else self.lead.called


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in two queries."""
    found = Lead.objects.visible_to(reader).select_related("source", "owner", "reason").in_bulk(ids)
    names, now = named((one.member_id for one in found.values()), reader=reader), timezone.now()
    return {pk: Line(one, names.get(one.member_id or 0), clock_of(one, at=now)) for pk, one in found.items()}


def states() -> Choices:
    return [(one.value, str(one.label)) for one in LeadState]


def sources() -> Choices:
    return [(str(pk), name) for pk, name in LeadSource.objects.order_by("place", "pk").values_list("pk", "name")]


def reasons() -> Choices:
    found = Reason.objects.filter(end=Reason.UNFIT).order_by("name", "pk")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def by_id(field: str) -> Callable[[list[str]], Q]:
    return lambda values: Q(**{f"{field}__in": [int(one) for one in values]})


def is_late(_none: list[str]) -> Q:
    return Q(state__in=ACTIVE, answered_at=None, answer_by__lt=timezone.now())


def answered_late(_none: list[str]) -> Q:
    return Q(answered_at__gt=F("answer_by"))


def answered_in_time(_none: list[str]) -> Q:
    return Q(answered_at__lte=F("answer_by"))


def leads_of(reader: User) -> Listing[Line]:
    return Listing(
        name="leads",
        columns=(
            Column("wish", gettext_lazy("What they want"), lambda line: line.lead.wish, link=address),
            Column("customer", gettext_lazy("Customer"), lambda line: line.who),
            Column("clock", gettext_lazy("Answer"), lambda line: line.clock.words),
            Column(
                "due",
                gettext_lazy("To be answered by"),
                lambda line: line.lead.answer_by,
                sort="due",
                shape="moment",
                numeric=True,
                shown=False,
            ),
            Column("state", gettext_lazy("State"), lambda line: line.lead.get_state_display()),
            Column("owner", gettext_lazy("Owner"), lambda line: str(line.lead.owner or "")),
            Column("source", gettext_lazy("Source"), lambda line: str(line.lead.source)),
            Column(
                "came",
                gettext_lazy("Came in"),
                lambda line: line.lead.came_at,
                sort="came",
                shape="moment",
                numeric=True,
            ),
            Column(
                "until",
                gettext_lazy("Kept warm until"),
                lambda line: line.lead.until,
                shape="day",
                numeric=True,
                shown=False,
            ),
            Column("reason", gettext_lazy("Reason"), lambda line: str(line.lead.reason or ""), shown=False),
        ),
        sorts=(
            Sort(
                "due",
                gettext_lazy("To be answered by"),
                "answer_by",
                gettext_lazy("Due first"),
                gettext_lazy("Due last"),
                kind=datetime,
                nullable=True,
            ),
            Sort(
                "came",
                gettext_lazy("Came in"),
                "came_at",
                gettext_lazy("Oldest first"),
                gettext_lazy("Newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter("owner", gettext_lazy("Owner"), colleague_operators("owner", nullable=True), gettext_lazy("owner")),
            Filter(
                "source", gettext_lazy("Source"), choice_operators(by_id("source"), sources), gettext_lazy("source")
            ),
            Filter(
                "answer",
                gettext_lazy("Answer"),
                (
                    Operator("late", gettext_lazy("is overdue"), gettext_lazy("answer overdue"), is_late, ()),
                    Operator(
                        "intime", gettext_lazy("came in time"), gettext_lazy("answered in time"), answered_in_time, ()
                    ),
                    Operator(
                        "toolate", gettext_lazy("came too late"), gettext_lazy("answered too late"), answered_late, ()
                    ),
                ),
            ),
            Filter("came", gettext_lazy("Came in"), moment_operators("came_at"), gettext_lazy("came in")),
            Filter("wish", gettext_lazy("What they want"), text_operators("wish"), gettext_lazy("what they want")),
            Filter(
                "until",
                gettext_lazy("Kept warm until"),
                date_operators("until", nullable=True),
                gettext_lazy("kept warm until"),
            ),
            Filter(
                "reason", gettext_lazy("Reason"), choice_operators(by_id("reason"), reasons), gettext_lazy("reason")
            ),
        ),
        sort="-came",
        load=partial(load, reader=reader),
        counted=entries,
    )


def in_state(values: list[str]) -> Q:
    return Q(state__in=values)


def address(line: Line) -> str:
    return reverse("sales:lead", args=[line.lead.pk])


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            by_choice("state", gettext_lazy("State"), "state", LeadState.choices),
            Axis("source", gettext_lazy("Source"), "source", lambda pk: ("source", str(pk)), source_names),
            by_user("owner", gettext_lazy("Owner"), "owner"),
            Axis("came", gettext_lazy("Came in"), "came_at", moment=True),
        ),
        amounts=(),
    )


def source_names(ids: Sequence[int]) -> dict[int, str]:
    return dict(LeadSource.objects.filter(pk__in=ids).values_list("pk", "name"))


LEAD_LIST = RecordList(
    name="leads",
    title=gettext_lazy("Leads"),
    needs="sales.view_lead",
    exports="customers.export_customer",
    page="sales:lead_list",
    listing=leads_of,
    rows=Lead.objects.visible_to,
    charts=charts_of,
)
