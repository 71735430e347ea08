"""The list of products."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy

from rapport.catalogue.product import Component, Period, Product, Tax
from rapport.lists.axes import by_choice, by_text
from rapport.lists.chart import Axis, Charts
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, emptiness, text_operators

USED, RETIRED = "used", "retired"
STATES = ((USED, gettext_lazy("in use")), (RETIRED, gettext_lazy("out of use")))
ONCE = "once"


def load(ids: Sequence[int], *, reader: User) -> dict[int, Product]:
    return Product.objects.visible_to(reader).select_related("tax", "parent").in_bulk(ids)


def states() -> Choices:
    return [(name, str(words)) for name, words in STATES]


def in_state(values: list[str]) -> Q:
    wanted = Q(pk__in=[])
    if USED in values:
        wanted |= Q(retired_at=None)
    return wanted | Q(retired_at__isnull=False) if RETIRED in values else wanted


def periods() -> Choices:
    return [(ONCE, str(gettext_lazy("once"))), *((str(one.value), str(one.label)) for one in Period)]


def billed(values: list[str]) -> Q:
    wanted = Q(every__in=[int(one) for one in values if one != ONCE])
    return wanted | Q(every=None) if ONCE in values else wanted


def taxes() -> Choices:
    return [(str(pk), name) for pk, name in Tax.objects.order_by("name").values_list("pk", "name")]


def taxed(values: list[str]) -> Q:
    return Q(tax__in=[int(one) for one in values])


def is_bundle(_none: list[str]) -> Q:
    return Q(Exists(Component.objects.filter(bundle=OuterRef("pk"))))


def address(product: Product) -> str:
    return reverse("catalogue:product", args=[product.pk])


def products_of(reader: User) -> Listing[Product]:
    return Listing(
        name="products",
        columns=(
            Column("name", gettext_lazy("Product"), str, sort="name", link=address),
            Column("number", gettext_lazy("Number"), lambda one: one.number, sort="number", shape="whole"),
            Column("family", gettext_lazy("Family"), lambda one: one.family),
            Column("unit", gettext_lazy("Unit"), lambda one: one.unit),
            Column("billed", gettext_lazy("Billed"), lambda one: str(one.billed)),
            Column("tax", gettext_lazy("Tax"), lambda one: str(one.tax or "")),
            Column("parent", gettext_lazy("Variant of"), lambda one: str(one.parent or ""), shown=False),
            Column("description", gettext_lazy("Description"), lambda one: one.description, shown=False),
            Column(
                "retired", gettext_lazy("Out of use since"), lambda one: one.retired_at, shape="moment", shown=False
            ),
        ),
        sorts=(
            Sort("name", gettext_lazy("Product"), "sort_key", gettext_lazy("A to Z"), gettext_lazy("Z to A")),
            Sort("number", gettext_lazy("Number"), "number", gettext_lazy("Number, up"), gettext_lazy("Number, down")),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), choice_operators(in_state, states), gettext_lazy("state")),
            Filter("name", gettext_lazy("Product"), text_operators("name"), gettext_lazy("product")),
            Filter("number", gettext_lazy("Number"), text_operators("number"), gettext_lazy("number")),
            Filter("family", gettext_lazy("Family"), text_operators("family"), gettext_lazy("family")),
            Filter("billed", gettext_lazy("Billed"), choice_operators(billed, periods), gettext_lazy("billed")),
            Filter(
                "tax",
                gettext_lazy("Tax"),
                (*choice_operators(taxed, taxes), *emptiness(Q(tax=None))),
                gettext_lazy("tax"),
            ),
            Filter(
                "bundle",
                gettext_lazy("Bundle"),
                (Operator("yes", gettext_lazy("it is one"), gettext_lazy("is a bundle"), is_bundle, ()),),
            ),
        ),
        sort="name",
        load=partial(load, reader=reader),
        counted=entries,
    )


def charts_of(_reader: User) -> Charts:
    state = Case(When(retired_at=None, then=Value(USED)), default=Value(RETIRED), output_field=CharField())
    return Charts(
        axes=(
            by_text("family", gettext_lazy("Family"), "family"),
            by_choice("state", gettext_lazy("State"), state, STATES),
            Axis(
                "tax",
                gettext_lazy("Tax"),
                "tax",
                lambda pk: ("tax", str(pk)) if pk else ("tax.empty", "yes"),
                tax_names,
            ),
        ),
        amounts=(),
    )


def tax_names(ids: Sequence[int]) -> dict[int, str]:
    return dict(Tax.objects.filter(pk__in=ids).values_list("pk", "name"))


PRODUCT_LIST = RecordList(
    name="products",
    title=gettext_lazy("Products"),
    needs="catalogue.view_product",
    exports="catalogue.view_product",
    page="catalogue:list",
    listing=products_of,
    rows=Product.objects.visible_to,
    charts=charts_of,
    begins="state=used&sort=name",
)
