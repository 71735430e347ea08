"""What sales add to the list of customers: who ordered how often and when, and what they spend in twelve months."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from rapport.customers.models import Figure
from rapport.lib.numbers import read_currency
from rapport.lists.more import More
from rapport.people.models import User
from rapport.sales.figures import ORDERS, SPEND
from rapport.sales.order import Order
from rapport.timeline.listed import TIMES, WHEN, how_often, since_when
from rapport.ui.conditions import Filter, Operator, Part
from rapport.ui.listing import Column
from rapport.ui.templatetags.ui import money

DIGITS = 12


def ordered(given: list[str]) -> Q:
    """At least so many orders since then; a cancellation is none."""
    times, since = how_often(given[0]), since_when(given[1])
    # Whoever ordered at all since then is found first, so that few are counted.
    found = Q(Exists(orders(since)))
    return found if times == 1 else found & Q(Exists(orders(since).order_by()[times - 1 :]))


def ordered_nothing(given: list[str]) -> Q:
    (text,) = given
    return ~Q(Exists(orders(since_when(text))))


def orders(since: datetime) -> QuerySet[Order]:
    return Order.objects.filter(member__customer=OuterRef("pk"), ordered_at__gte=since, total__gte=0)


def spent(given: list[str]) -> Q:
    """At least so much of one currency in the last twelve months."""
    amount, currency = given
    code = read_currency(currency)
    try:
        least = Decimal(amount)
    except InvalidOperation as problem:
        raise ValueError(amount) from problem
    if not code or not least.is_finite() or abs(least.adjusted()) > DIGITS:
        raise ValueError(currency)
    return Q(Exists(Figure.objects.filter(customer=OuterRef("pk"), name=SPEND, unit=code, value__gte=least)))


FILTERS = (
    Filter(
        "orders",
        gettext_lazy("Orders"),
        (
            Operator(
                "from",
                gettext_lazy("at least"),
                gettext_lazy("ordered at least %(value)s × %(second)s"),
                ordered,
                (TIMES, WHEN),
            ),
            Operator(
                "none",
                gettext_lazy("none"),
                gettext_lazy("no order %(value)s"),
                ordered_nothing,
                (WHEN,),
            ),
        ),
    ),
    Filter(
        "spend",
        gettext_lazy("Spend in 12 months"),
        (
            Operator(
                "from",
                gettext_lazy("is at least"),
                gettext_lazy("spent at least %(value)s %(second)s in 12 months"),
                spent,
                (Part("number", gettext_lazy("amount")), Part("text", gettext_lazy("currency"), hint="EUR")),
            ),
        ),
    ),
)


def figure(name: str, told: Callable[[Decimal, str], str]) -> Callable[[Sequence[int]], dict[int, str]]:
    """What a figure says of each customer, all units of it, in one query."""

    def read(ids: Sequence[int]) -> dict[int, str]:
        rows = Figure.objects.filter(customer__in=ids, name=name).order_by("-value")
        said: dict[int, list[str]] = {}
        for pk, value, unit in rows.values_list("customer_id", "value", "unit"):
            said.setdefault(pk, []).append(told(value, unit))
        return {pk: ", ".join(words) for pk, words in said.items()}

    return read


def columns(_reader: User) -> Sequence[Column[object]]:
    return (
        Column(
            "spend",
            gettext_lazy("Spend in 12 months"),
            numeric=True,
            shown=False,
            beside=figure(SPEND, money),
        ),
        Column(
            "orders",
            gettext_lazy("Orders in 12 months"),
            numeric=True,
            shown=False,
            beside=figure(ORDERS, lambda value, _unit: str(int(value))),
        ),
    )


SALES_MORE = More("sales.view_order", columns, lambda _reader: FILTERS)
