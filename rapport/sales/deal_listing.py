"""The list of deals: one's own, and those with customers one may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db.models import Case, CharField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_choice, by_text, by_user, money_in
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.sales.deal import Deal, stalled
from rapport.sales.deal_filters import AROUND
from rapport.sales.pipeline import End, Pipeline, Reason, Stage
from rapport.sales.rivals_of import in_words
from rapport.sales.stalls import stalls
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import (
    choice_operators,
    date_operators,
    emptiness,
    moment_operators,
    number_operators,
    text_operators,
)
from rapport.ui.templatetags.ui import money


@dataclass(frozen=True)
class Line:
    deal: Deal
    customer: Named | None
    stalls: Sequence[str]


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in two queries."""
    found = (
        Deal.objects.visible_to(reader)
        .select_related("stage", "pipeline", "owner", "reason", "created_by")
        .in_bulk(ids)
    )
    names, now = named((one.member_id for one in found.values()), reader=reader), timezone.now()
    return {pk: Line(one, names.get(one.member_id or 0), stalls(one, at=now)) for pk, one in found.items()}


def states() -> Choices:
    return [(one.value, str(one.label)) for one in End]


def in_state(values: list[str]) -> Q:
    """Open is what has not ended: an index knows that."""
    still, ended = Q(closed_at=None), Q(closed_at__isnull=False, stage__end__in=values)
    if End.OPEN not in values:
        return ended
    return still if set(values) == {End.OPEN.value} else still | ended


def pipelines() -> Choices:
    return [(str(pk), name) for pk, name in Pipeline.objects.order_by("place", "pk").values_list("pk", "name")]


def stages() -> Choices:
    found = Stage.objects.in_order().select_related("pipeline")
    return [(str(one.pk), f"{one.pipeline}: {one}") for one in found]


def reasons() -> Choices:
    return [(str(pk), name) for pk, name in Reason.objects.order_by("end", "name").values_list("pk", "name")]


def by_id(field: str) -> Callable[[list[str]], Q]:
    return lambda values: Q(**{f"{field}__in": [int(one) for one in values]})


def is_stalled(_none: list[str]) -> Q:
    return stalled(at=timezone.now(), today=timezone.localdate())


def deals_of(reader: User) -> Listing[Line]:
    return Listing(
        name="deals",
        columns=(
            Column("name", gettext_lazy("Deal"), lambda line: line.deal.name, link=lambda line: address(line.deal)),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column("stage", gettext_lazy("Stage"), lambda line: str(line.deal.stage)),
            Column(
                "amount",
                gettext_lazy("Amount"),
                lambda line: "" if line.deal.amount is None else money(line.deal.amount, line.deal.currency),
                sort="amount",
                numeric=True,
                plain=lambda line: line.deal.amount,
            ),
            Column("currency", gettext_lazy("Currency"), lambda line: line.deal.currency, shown=False),
            Column("chance", gettext_lazy("Probability (%)"), lambda line: line.deal.chance, numeric=True, shown=False),
            Column(
                "closes",
                gettext_lazy("Expected to close"),
                lambda line: line.deal.closes_on,
                sort="closes",
                shape="day",
                numeric=True,
            ),
            Column("step", gettext_lazy("Next step"), lambda line: line.deal.next_step),
            Column(
                "due",
                gettext_lazy("Next step on"),
                lambda line: line.deal.next_step_on,
                sort="due",
                shape="day",
                numeric=True,
            ),
            Column("stalled", gettext_lazy("Stands still"), lambda line: "; ".join(line.stalls)),
            Column("rivals", gettext_lazy("Competitors"), beside=in_words, shown=False),
            Column("owner", gettext_lazy("Owner"), lambda line: str(line.deal.owner)),
            Column("agent", gettext_lazy("Agent in the source"), lambda line: line.deal.agent, shown=False),
            Column("pipeline", gettext_lazy("Pipeline"), lambda line: str(line.deal.pipeline), shown=False),
            Column("reason", gettext_lazy("Reason"), lambda line: str(line.deal.reason or ""), shown=False),
            Column(
                "opened",
                gettext_lazy("Opened"),
                lambda line: line.deal.opened_at,
                sort="opened",
                shape="moment",
                numeric=True,
                shown=False,
            ),
            Column(
                "closed",
                gettext_lazy("Closed"),
                lambda line: line.deal.closed_at,
                shape="moment",
                numeric=True,
                shown=False,
            ),
        ),
        sorts=(
            Sort(
                "due",
                gettext_lazy("Next step on"),
                "next_step_on",
                gettext_lazy("Next step, soonest first"),
                gettext_lazy("Next step, latest first"),
                kind=date,
                nullable=True,
            ),
            Sort(
                "closes",
                gettext_lazy("Expected to close"),
                "closes_on",
                gettext_lazy("Closing, soonest first"),
                gettext_lazy("Closing, latest first"),
                kind=date,
                nullable=True,
            ),
            Sort(
                "amount",
                gettext_lazy("Amount"),
                "amount",
                gettext_lazy("Amount, smallest first"),
                gettext_lazy("Amount, largest first"),
                kind=Decimal,
                nullable=True,
                down_first=True,
            ),
            Sort(
                "opened",
                gettext_lazy("Opened"),
                "opened_at",
                gettext_lazy("Opened, oldest first"),
                gettext_lazy("Opened, newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter(
                "pipeline",
                gettext_lazy("Pipeline"),
                choice_operators(by_id("pipeline"), pipelines),
                gettext_lazy("pipeline"),
            ),
            Filter("stage", gettext_lazy("Stage"), choice_operators(by_id("stage"), stages), gettext_lazy("stage")),
            Filter("owner", gettext_lazy("Owner"), colleague_operators("owner"), gettext_lazy("owner")),
            Filter(
                "stalled",
                gettext_lazy("Stands still"),
                (Operator("yes", gettext_lazy("it does"), gettext_lazy("stands still"), is_stalled, ()),),
            ),
            Filter("agent", gettext_lazy("Agent in the source"), text_operators("agent"), gettext_lazy("agent")),
            Filter(
                "customer",
                gettext_lazy("Customer"),
                emptiness(Q(member=None)),
                gettext_lazy("customer"),
            ),
            Filter("name", gettext_lazy("Deal"), text_operators("name"), gettext_lazy("deal")),
            Filter("amount", gettext_lazy("Amount"), number_operators("amount"), gettext_lazy("amount")),
            Filter(
                "currency", gettext_lazy("Currency"), text_operators("currency", hint="EUR"), gettext_lazy("currency")
            ),
            Filter(
                "closes",
                gettext_lazy("Expected to close"),
                date_operators("closes_on", nullable=True),
                gettext_lazy("expected to close"),
            ),
            Filter(
                "due",
                gettext_lazy("Next step on"),
                date_operators("next_step_on", nullable=True),
                gettext_lazy("next step on"),
            ),
            Filter("opened", gettext_lazy("Opened"), moment_operators("opened_at"), gettext_lazy("opened")),
            Filter(
                "closed", gettext_lazy("Closed"), moment_operators("closed_at", nullable=True), gettext_lazy("closed")
            ),
            Filter(
                "reason", gettext_lazy("Reason"), choice_operators(by_id("reason"), reasons), gettext_lazy("reason")
            ),
            *AROUND,
        ),
        sort="due",
        load=partial(load, reader=reader),
        counted=entries,
    )


def address(deal: Deal) -> str:
    return reverse("sales:deal", args=[deal.pk])


def charts_of(_reader: User) -> Charts:
    state = Case(
        When(stage__end=End.WON, then=Value(End.WON.value)),
        When(stage__end=End.LOST, then=Value(End.LOST.value)),
        default=Value(End.OPEN.value),
        output_field=CharField(),
    )
    return Charts(
        axes=(
            by_choice("state", gettext_lazy("State"), state, End.choices),
            Axis("stage", gettext_lazy("Stage"), "stage", lambda pk: ("stage", str(pk)), stage_names),
            by_user("owner", gettext_lazy("Owner"), "owner"),
            by_text("agent", gettext_lazy("Agent in the source"), "agent"),
            by_text("currency", gettext_lazy("Currency"), "currency"),
            Axis(
                "closes",
                gettext_lazy("Expected to close"),
                "closes_on",
                lambda _none: ("closes.empty", "yes"),
                moment=True,
            ),
            Axis("opened", gettext_lazy("Opened"), "opened_at", moment=True),
            Axis("closed", gettext_lazy("Closed"), "closed_at", lambda _none: ("closed.empty", "yes"), moment=True),
        ),
        amounts=(money_in("amount", gettext_lazy("Amount"), "amount"),),
    )


def stage_names(ids: Sequence[int]) -> dict[int, str]:
    return {one.pk: f"{one.pipeline}: {one}" for one in Stage.objects.filter(pk__in=ids).select_related("pipeline")}


DEAL_LIST = RecordList(
    name="deals",
    title=gettext_lazy("Deals"),
    needs="sales.view_deal",
    exports="customers.export_customer",
    page="sales:deals",
    listing=deals_of,
    rows=Deal.objects.visible_to,
    charts=charts_of,
    begins="state=open&sort=due",
)
