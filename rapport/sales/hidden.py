"""Which orders of a source somebody must not see, and so not rewrite either."""

from collections.abc import Sequence

from rapport.people.models import User
from rapport.sales.order import Order


def hidden(source: str, external_ids: Sequence[str], *, sender: User | None) -> set[str]:
    """Their ids at the source. Without a sender it is Rapport itself."""
    if sender is None:
        return set()
    known = Order.objects.filter(source=source, external_id__in=external_ids)
    seen = Order.objects.visible_to(sender).values("pk")
    return set(known.exclude(pk__in=seen).values_list("external_id", flat=True))
