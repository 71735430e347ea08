"""Conditions of the list of deals that speak of what is around them: the forecast's category, team, unit, territory."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from rapport.catalogue.product import Product
from rapport.people.models import Team
from rapport.people.territory import Territory
from rapport.people.unit import Unit
from rapport.sales.competitor import Competitor, Rival
from rapport.sales.deal import Move
from rapport.sales.deal_line import DealLine
from rapport.sales.outlook import BEST_FROM, COMMIT_FROM, Category
from rapport.sales.pipeline import Stage
from rapport.ui.conditions import Choices, Filter
from rapport.ui.operators import choice_operators, emptiness, number_operators

BY_STAGE = {
    Category.COMMIT: Q(stage__probability__gte=COMMIT_FROM),
    Category.BEST: Q(stage__probability__gte=BEST_FROM, stage__probability__lt=COMMIT_FROM),
    Category.PIPELINE: Q(stage__probability__lt=BEST_FROM),
}


def in_category(values: list[str]) -> Q:
    found = Q(outlook__category__in=values)
    for one in values:
        if one in BY_STAGE:
            found |= Q(outlook=None) & BY_STAGE[Category(one)]
    return found


def categories() -> Choices:
    return [(one.value, str(one.label)) for one in Category]


def teams() -> Choices:
    return [(str(pk), name) for pk, name in Team.objects.order_by("name", "pk").values_list("pk", "name")]


def units() -> Choices:
    return [(str(pk), name) for pk, name in Unit.objects.order_by("name", "pk").values_list("pk", "name")]


def territories() -> Choices:
    return [(str(pk), name) for pk, name in Territory.objects.order_by("name", "pk").values_list("pk", "name")]


def in_units(values: list[str]) -> Q:
    """Of these units and of all below them."""
    below = defaultdict(list)
    for pk, parent in Unit.objects.values_list("pk", "parent"):
        below[parent].append(pk)
    found, waiting = set[int](), [int(one) for one in values]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += below[pk]
    return Q(owner__team__unit__in=found)


def in_teams(values: list[str]) -> Q:
    return Q(owner__team__in=[int(one) for one in values])


def in_territories(values: list[str]) -> Q:
    return Q(member__customer__scope__territory__in=[int(one) for one in values])


def been_in(values: list[str]) -> Q:
    """That were once in one of these stages."""
    return Q(Exists(Move.objects.filter(deal=OuterRef("pk"), to_stage__in=[int(one) for one in values])))


def stages() -> Choices:
    found = Stage.objects.in_order().select_related("pipeline")
    return [(str(one.pk), f"{one.pipeline}: {one}") for one in found]


def with_products(values: list[str]) -> Q:
    return Q(Exists(DealLine.objects.filter(deal=OuterRef("pk"), product__in=[int(one) for one in values])))


def without_products() -> Q:
    worth = DealLine.objects.filter(deal=OuterRef("pk"), unit_price__gt=0, discount__lt=100)
    return ~Q(Exists(worth)) | Q(Exists(worth.filter(product=None)))


def against(values: list[str]) -> Q:
    """In which one of these competitors stands against us."""
    return Q(Exists(Rival.objects.filter(deal=OuterRef("pk"), competitor__in=[int(one) for one in values])))


def lost_to(values: list[str]) -> Q:
    rivals = Rival.objects.filter(deal=OuterRef("pk"), beat_us=True, competitor__in=[int(one) for one in values])
    return Q(closed_at__isnull=False) & Q(Exists(rivals))


def competitors() -> Choices:
    found = Competitor.objects.order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in found]


def products() -> Choices:
    return [(str(pk), name) for pk, name in Product.objects.order_by("name", "pk").values_list("pk", "name")]


AROUND = (
    Filter(
        "product",
        gettext_lazy("Product"),
        (*choice_operators(with_products, products), *emptiness(without_products())),
        gettext_lazy("product"),
    ),
    Filter(
        "rival",
        gettext_lazy("Competitor"),
        (
            *choice_operators(against, competitors),
            *emptiness(~Q(Exists(Rival.objects.filter(deal=OuterRef("pk"))))),
        ),
        gettext_lazy("competitor"),
    ),
    Filter("lost-to", gettext_lazy("Lost to"), choice_operators(lost_to, competitors), gettext_lazy("lost to")),
    Filter(
        "chance",
        gettext_lazy("Own probability (%)"),
        number_operators("probability"),
        gettext_lazy("own probability"),
    ),
    Filter("been", gettext_lazy("Was once in"), choice_operators(been_in, stages), gettext_lazy("stage once")),
    Filter(
        "category",
        gettext_lazy("Category of the forecast"),
        choice_operators(in_category, categories),
        gettext_lazy("category"),
    ),
    Filter(
        "team",
        gettext_lazy("Team"),
        (*choice_operators(in_teams, teams), *emptiness(Q(owner__team=None))),
        gettext_lazy("team"),
    ),
    Filter(
        "unit",
        gettext_lazy("Unit"),
        (*choice_operators(in_units, units), *emptiness(Q(owner__team__unit=None))),
        gettext_lazy("unit"),
    ),
    Filter(
        "territory",
        gettext_lazy("Territory"),
        (*choice_operators(in_territories, territories), *emptiness(Q(member__customer__scope__territory=None))),
        gettext_lazy("territory"),
    ),
)
