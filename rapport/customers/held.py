"""Whose record the law holds: nothing of it may be destroyed or merged away. The condition is the one truth."""

from collections.abc import Iterable

from rapport.customers.models import Condition, Member

HOLD = "legal hold"


def held(customer_ids: Iterable[int]) -> frozenset[int]:
    """Those of ``customer_ids`` that are held, also because a record that was merged into them is."""
    ids = list(customer_ids)
    open_ones = Condition.objects.filter(name=HOLD, until=None)
    own = open_ones.filter(customer__in=ids).values_list("customer", flat=True)
    brought = Member.objects.filter(customer__in=ids, home__in=open_ones.values("customer"))
    return frozenset(own) | frozenset(brought.values_list("customer", flat=True))
