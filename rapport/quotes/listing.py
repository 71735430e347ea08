"""The list of quotes with customers one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_choice, by_text, by_user, money_in
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.quotes.quote import Quote, State
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, date_operators, moment_operators, number_operators, text_operators
from rapport.ui.templatetags.ui import money


@dataclass(frozen=True)
class Line:
    quote: Quote
    customer: Named | None


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    found = Quote.objects.visible_to(reader).select_related("deal", "owner").in_bulk(ids)
    names = named((one.deal.member_id for one in found.values()), reader=reader)
    return {pk: Line(one, names.get(one.deal.member_id or 0)) for pk, one in found.items()}


def states() -> Choices:
    return [(one.value, str(one.label)) for one in State]


def in_state(values: list[str]) -> Q:
    return Q(state__in=values)


def is_over(_none: list[str]) -> Q:
    return Q(state=State.SENT, valid_until__lt=timezone.localdate())


def address(line: Line) -> str:
    return reverse("quotes:quote", args=[line.quote.pk])


def quotes_of(reader: User) -> Listing[Line]:
    return Listing(
        name="quotes",
        columns=(
            Column("number", gettext_lazy("Quote"), lambda line: str(line.quote), link=address, shape="whole"),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column("deal", gettext_lazy("Deal"), lambda line: line.quote.deal.name),
            Column("state", gettext_lazy("State"), lambda line: str(line.quote.get_state_display())),
            Column(
                "total",
                gettext_lazy("Total"),
                lambda line: money(line.quote.total, line.quote.currency),
                numeric=True,
                plain=lambda line: line.quote.total,
            ),
            Column("currency", gettext_lazy("Currency"), lambda line: line.quote.currency, shown=False),
            Column(
                "until", gettext_lazy("Valid until"), lambda line: line.quote.valid_until, shape="day", numeric=True
            ),
            Column("owner", gettext_lazy("Owner"), lambda line: str(line.quote.owner)),
            Column(
                "seen",
                gettext_lazy("First looked at"),
                lambda line: line.quote.seen_at,
                shape="moment",
                numeric=True,
                shown=False,
            ),
            Column(
                "created",
                gettext_lazy("Written"),
                lambda line: line.quote.created_at,
                sort="created",
                shape="moment",
                numeric=True,
            ),
        ),
        sorts=(
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
            Filter("number", gettext_lazy("Quote"), text_operators("number"), gettext_lazy("quote")),
            Filter("total", gettext_lazy("Total"), number_operators("total"), gettext_lazy("total")),
            Filter(
                "currency", gettext_lazy("Currency"), text_operators("currency", hint="EUR"), gettext_lazy("currency")
            ),
            Filter("until", gettext_lazy("Valid until"), date_operators("valid_until"), gettext_lazy("valid until")),
            Filter(
                "over",
                gettext_lazy("Run out"),
                (Operator("yes", gettext_lazy("it is"), gettext_lazy("run out unanswered"), is_over, ()),),
            ),
            Filter("created", gettext_lazy("Written"), moment_operators("created_at"), gettext_lazy("written")),
        ),
        sort="-created",
        load=partial(load, reader=reader),
        counted=entries,
    )


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            by_choice("state", gettext_lazy("State"), "state", State.choices),
            by_user("owner", gettext_lazy("Owner"), "owner"),
            by_text("currency", gettext_lazy("Currency"), "currency"),
            Axis("created", gettext_lazy("Written"), "created_at", moment=True),
        ),
        amounts=(money_in("total", gettext_lazy("Total"), "total"),),
    )


QUOTE_LIST = RecordList(
    name="quotes",
    title=gettext_lazy("Quotes"),
    needs="quotes.view_quote",
    exports="customers.export_customer",
    page="quotes:list",
    listing=quotes_of,
    rows=Quote.objects.visible_to,
    charts=charts_of,
)
