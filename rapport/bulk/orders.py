"""What can be done with many orders at once. They say what their source says, so they themselves are not edited here."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy

from rapport.bulk.action import Records
from rapport.bulk.behind import behind
from rapport.bulk.customers import EXPORT
from rapport.sales.listing import ORDER_LIST
from rapport.sales.order import Order


def owners(ids: Sequence[int]) -> Mapping[int, int]:
    return dict(Order.objects.filter(pk__in=ids, member__isnull=False).values_list("pk", "member__customer"))


ORDERS = Records(
    ORDER_LIST,
    actions=(
        behind("tag", gettext_lazy("Add tags to their customers"), owners),
        behind("task", gettext_lazy("Add a task for each of their customers"), owners),
        EXPORT,
    ),
)
