"""The list of what lies in the trash: who, since when, deleted by whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from rapport.customers.listing import kinds
from rapport.customers.models import Kind
from rapport.customers.trash import Trashed
from rapport.customers.veil import hidden_columns, thin
from rapport.lists.axes import by_choice, by_text, by_user
from rapport.lists.chart import Axis, Charts
from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.ui.conditions import Filter
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, moment_operators, text_operators


def load(ids: Sequence[int]) -> dict[int, Trashed]:
    return Trashed.objects.select_related("customer", "by").in_bulk(ids)


def load_for(ids: Sequence[int], *, reader: User) -> dict[int, Trashed]:
    found = load(ids)
    for one in found.values():
        one.customer = thin(one.customer, reader=reader)
    return found


def charts_of(reader: User) -> Charts:
    axes = (
        by_user("by", gettext_lazy("Deleted by"), "by", nobody=("by.empty", "yes")),
        Axis("at", gettext_lazy("Deleted"), "at", moment=True),
        by_choice("kind", gettext_lazy("Kind"), "customer__kind", Kind.choices),
        by_text("city", gettext_lazy("City"), "customer__city"),
    )
    return Charts(axes=tuple(one for one in axes if one.name not in hidden_columns(reader)))


def of_kind(values: list[str]) -> Q:
    return Q(customer__kind__in=values)


LISTING: Listing[Trashed] = Listing(
    name="trash",
    columns=(
        Column(
            "name",
            gettext_lazy("Name"),
            lambda line: line.customer.name,
            url=lambda line: reverse("changes:trashed", args=[line.pk]),
        ),
        Column("kind", gettext_lazy("Kind"), lambda line: line.customer.get_kind_display()),
        Column("city", gettext_lazy("City"), lambda line: line.customer.city),
        Column("by", gettext_lazy("Deleted by"), lambda line: str(line.by or "")),
        Column("at", gettext_lazy("Deleted"), lambda line: line.at, sort="at", shape="moment", numeric=True),
    ),
    sorts=(
        Sort(
            "at",
            gettext_lazy("Deleted"),
            "at",
            gettext_lazy("Deleted, longest ago first"),
            gettext_lazy("Deleted, newest first"),
            kind=datetime,
            down_first=True,
        ),
    ),
    filters=(
        Filter("kind", gettext_lazy("Kind"), choice_operators(of_kind, kinds), gettext_lazy("kind")),
        Filter("city", gettext_lazy("City"), text_operators("customer__city"), gettext_lazy("city")),
        Filter("by", gettext_lazy("Deleted by"), colleague_operators("by", nullable=True), gettext_lazy("deleted by")),
        Filter("at", gettext_lazy("Deleted"), moment_operators("at"), gettext_lazy("deleted")),
    ),
    sort="-at",
    load=load,
    counted=entries,
)


def listing_of(reader: User) -> Listing[Trashed]:
    """As this reader may see it."""
    asked = tuple(one for one in LISTING.filters if one.name not in hidden_columns(reader))
    return replace(LISTING, filters=asked, load=partial(load_for, reader=reader))


TRASH_LIST = RecordList(
    name="trash",
    title=gettext_lazy("Trash"),
    needs="customers.delete_customer",
    exports="customers.delete_customer",
    page="changes:trash",
    listing=listing_of,
    rows=lambda user: Trashed.objects.visible_to(user).there().select_related("customer"),
    charts=charts_of,
)
