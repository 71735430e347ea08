"""What orders can be charted by, and their totals, each currency for itself."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_text, money_in
from rapport.lists.chart import Axis, Charts, Pair
from rapport.people.models import Brand, User


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            Axis("ordered", gettext_lazy("Ordered"), "ordered_at", moment=True),
            Axis("brand", gettext_lazy("Brand"), "brand", branded, brands),
            by_text("currency", gettext_lazy("Currency"), "currency"),
            by_text("source", gettext_lazy("Source"), "source"),
        ),
        amounts=(money_in("total", gettext_lazy("Total"), "total"),),
    )


def branded(pk: int | None) -> Pair:
    return ("brand", str(pk)) if pk else ("brand.empty", "yes")


def brands(values: Sequence[int]) -> Mapping[int, str]:
    return dict(Brand.objects.filter(pk__in=values).values_list("pk", "name"))
