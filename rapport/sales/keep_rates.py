"""Say exchange rates, and in which currency the organisation reckons."""

from collections.abc import Sequence

from django.db import transaction

from rapport.sales.rate import Books, Rate
from rapport.sales.read_rates import Said


@transaction.atomic
def keep_rates(said: Sequence[Said], *, home: str) -> int:
    """Each holds from its day on; one of the same day is written over. How many were kept."""
    last = {(one.currency, one.since): one for one in said}
    Rate.objects.bulk_create(
        [Rate(home=home, currency=one.currency, since=one.since, rate=one.rate) for one in last.values()],
        update_conflicts=True,
        unique_fields=["home", "currency", "since"],
        update_fields=["rate"],
    )
    return len(last)


def reckon_in(currency: str) -> None:
    """From now on the organisation adds up in ``currency``; rates into another one are kept and wait."""
    Books.objects.update_or_create(pk=Books.THE_ONE, defaults={"currency": currency})
