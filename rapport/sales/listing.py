"""The list of orders of all customers one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy

from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import Brand, User
from rapport.sales.charted import charts_of
from rapport.sales.fulfilment import Billing, Invoice
from rapport.sales.order import Order
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, emptiness, moment_operators, number_operators_by, text_operators
from rapport.ui.templatetags.ui import money

DIGITS = 12


@dataclass(frozen=True)
class Line:
    order: Order
    customer: Named | None


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in two queries."""
    found = Order.objects.visible_to(reader).select_related("brand").in_bulk(ids)
    names = named((one.member_id for one in found.values()), reader=reader)
    return {pk: Line(one, names.get(one.member_id or 0)) for pk, one in found.items()}


def worth(least: str, most: str) -> Q:
    condition = Q()
    if least:
        condition &= Q(total__gte=amount(least))
    if most:
        condition &= Q(total__lte=amount(most))
    return condition


def brands() -> Choices:
    return [(str(pk), name) for pk, name in Brand.objects.order_by("name").values_list("pk", "name")]


def amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation as problem:
        raise ValueError(text) from problem
    if not found.is_finite() or abs(found.adjusted()) > DIGITS:
        raise ValueError(text)
    return found


def states() -> Choices:
    return [(one.value, str(one.label)) for one in Invoice]


def newest() -> Subquery:
    """Where the invoice of an order stands; NULL where nothing is said of it."""
    words = Billing.objects.filter(order=OuterRef("pk")).newest_first()
    return Subquery(words.values("state")[:1])


def in_invoice(values: list[str]) -> Q:
    return Q(
        pk__in=Order.objects.annotate(invoice=Coalesce(newest(), Value(Invoice.OPEN.value)))
        .filter(invoice__in=values)
        .values("pk")
    )


def invoices(ids: Sequence[int]) -> dict[int, str]:
    """In words, of all orders of a page."""
    found = Order.objects.filter(pk__in=ids).annotate(invoice=newest()).values_list("pk", "invoice")
    return {pk: str(Invoice(state or Invoice.OPEN).label) for pk, state in found}


def address(line: Line) -> str:
    return reverse("sales:order", args=[line.order.pk])


def orders_of(reader: User) -> Listing[Line]:
    return Listing(
        name="orders",
        columns=(
            Column("number", gettext_lazy("Order"), lambda line: line.order.external_id, link=address),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column(
                "total",
                gettext_lazy("Total"),
                lambda line: money(line.order.total, line.order.currency),
                numeric=True,
                plain=lambda line: line.order.total,
            ),
            Column("currency", gettext_lazy("Currency"), lambda line: line.order.currency, shown=False),
            Column("invoice", gettext_lazy("Invoice"), beside=invoices),
            Column("brand", gettext_lazy("Brand"), lambda line: str(line.order.brand or "")),
            Column("source", gettext_lazy("Source"), lambda line: line.order.source),
            Column(
                "ordered",
                gettext_lazy("Ordered"),
                lambda line: line.order.ordered_at,
                sort="ordered",
                shape="moment",
                numeric=True,
            ),
        ),
        sorts=(
            Sort(
                "ordered",
                gettext_lazy("Ordered"),
                "ordered_at",
                gettext_lazy("Oldest first"),
                gettext_lazy("Newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("ordered", gettext_lazy("Ordered"), moment_operators("ordered_at"), gettext_lazy("ordered")),
            Filter("total", gettext_lazy("Total"), number_operators_by(worth), gettext_lazy("total")),
            Filter(
                "brand",
                gettext_lazy("Brand"),
                (*choice_operators(lambda given: Q(brand__in=map(int, given)), brands), *emptiness(Q(brand=None))),
                gettext_lazy("brand"),
            ),
            Filter("invoice", gettext_lazy("Invoice"), choice_operators(in_invoice, states), gettext_lazy("invoice")),
            Filter("currency", gettext_lazy("Currency"), text_operators("currency", "EUR"), gettext_lazy("currency")),
            Filter("number", gettext_lazy("Order"), text_operators("external_id"), gettext_lazy("order")),
            Filter("source", gettext_lazy("Source"), text_operators("source"), gettext_lazy("source")),
        ),
        sort="-ordered",
        load=partial(load, reader=reader),
        counted=entries,
    )


ORDER_LIST = RecordList(
    name="orders",
    title=gettext_lazy("Orders"),
    needs="sales.view_order",
    exports="customers.export_customer",
    page="sales:list",
    listing=orders_of,
    rows=Order.objects.visible_to,
    charts=charts_of,
)
