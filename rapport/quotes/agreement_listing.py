"""The list of what customers are billed for again and again, what ends first on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_text, by_user, money_in
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.quotes.agreement import Agreement
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, date_operators, text_operators
from rapport.ui.templatetags.ui import money

RUNNING, OVER, TO_COME = "running", "over", "to-come"
STATES = (
    (RUNNING, gettext_lazy("running")),
    (TO_COME, gettext_lazy("to come")),
    (OVER, gettext_lazy("over")),
)


@dataclass(frozen=True)
class Line:
    agreement: Agreement
    customer: Named | None


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    found = Agreement.objects.visible_to(reader).select_related("owner", "quote", "renewal").in_bulk(ids)
    names = named((one.member_id for one in found.values()), reader=reader)
    return {pk: Line(one, names.get(one.member_id)) for pk, one in found.items()}


def states() -> Choices:
    return [(name, str(words)) for name, words in STATES]


def in_state(values: list[str]) -> Q:
    today, wanted = timezone.localdate(), Q(pk__in=[])
    if RUNNING in values:
        wanted |= Q(begins__lte=today, ends__gt=today)
    if OVER in values:
        wanted |= Q(ends__lte=today)
    return wanted | Q(begins__gt=today) if TO_COME in values else wanted


def without_deal(_none: list[str]) -> Q:
    return Q(renewal=None)


def agreements_of(reader: User) -> Listing[Line]:
    return Listing(
        name="agreements",
        columns=(
            Column(
                "name",
                gettext_lazy("What"),
                lambda line: line.agreement.name,
                link=lambda line: reverse("quotes:quote", args=[line.agreement.quote_id]),
            ),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column(
                "amount",
                gettext_lazy("Amount each time"),
                lambda line: money(line.agreement.amount, line.agreement.currency),
                numeric=True,
                plain=lambda line: line.agreement.amount,
            ),
            Column("billed", gettext_lazy("Billed"), lambda line: str(line.agreement.get_every_display())),
            Column(
                "monthly",
                gettext_lazy("Each month"),
                lambda line: money(line.agreement.monthly, line.agreement.currency),
                numeric=True,
                plain=lambda line: line.agreement.monthly,
            ),
            Column("currency", gettext_lazy("Currency"), lambda line: line.agreement.currency, shown=False),
            Column(
                "begins",
                gettext_lazy("Begins"),
                lambda line: line.agreement.begins,
                shape="day",
                numeric=True,
                shown=False,
            ),
            Column(
                "ends", gettext_lazy("Ends"), lambda line: line.agreement.ends, sort="ends", shape="day", numeric=True
            ),
            Column("renewal", gettext_lazy("Renewal"), lambda line: str(line.agreement.renewal or "")),
            Column("owner", gettext_lazy("Owner"), lambda line: str(line.agreement.owner)),
        ),
        sorts=(
            Sort(
                "ends",
                gettext_lazy("Ends"),
                "ends",
                gettext_lazy("Ending, soonest first"),
                gettext_lazy("Ending, latest first"),
                kind=date,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter("ends", gettext_lazy("Ends"), date_operators("ends"), gettext_lazy("ends")),
            Filter("begins", gettext_lazy("Begins"), date_operators("begins"), gettext_lazy("begins")),
            Filter("owner", gettext_lazy("Owner"), colleague_operators("owner"), gettext_lazy("owner")),
            Filter("name", gettext_lazy("What"), text_operators("name"), gettext_lazy("what")),
            Filter(
                "currency", gettext_lazy("Currency"), text_operators("currency", hint="EUR"), gettext_lazy("currency")
            ),
            Filter(
                "unrenewed",
                gettext_lazy("Renewal"),
                (Operator("yes", gettext_lazy("no deal yet"), gettext_lazy("no deal about it yet"), without_deal, ()),),
            ),
        ),
        sort="ends",
        load=partial(load, reader=reader),
        counted=entries,
    )


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            Axis("ends", gettext_lazy("Ends"), "ends", moment=True),
            by_user("owner", gettext_lazy("Owner"), "owner"),
            by_text("currency", gettext_lazy("Currency"), "currency"),
            by_text("name", gettext_lazy("What"), "name"),
        ),
        amounts=(money_in("monthly", gettext_lazy("Each month"), "monthly"),),
    )


def each_month(reader: User, *, today: date) -> list[tuple[str, Decimal]]:
    """What runs brings in each month, without tax: by currency, the largest first."""
    running = Agreement.objects.visible_to(reader).running(today)
    return list(running.values("currency").annotate(sum=Sum("monthly")).order_by("-sum").values_list("currency", "sum"))


AGREEMENT_LIST = RecordList(
    name="agreements",
    title=gettext_lazy("Renewals"),
    needs="quotes.view_quote",
    exports="customers.export_customer",
    page="quotes:agreements",
    listing=agreements_of,
    rows=Agreement.objects.visible_to,
    charts=charts_of,
    begins="state=running&sort=ends",
)
