"""Shape taxes: name them, say how high they are from a day on, take them out of use."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from rapport.catalogue.product import Tax, TaxRate
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def keep_tax(tax: Tax, *, percent: Decimal | None, since: date | None, by: User, at: datetime) -> None:
    """Write the tax; with ``percent``, that it is as high as that from ``since`` on."""
    tax.save()
    if percent is not None and since is not None:
        TaxRate.objects.update_or_create(tax=tax, since=since, defaults={"percent": percent})
    record(Fact.PRODUCTS_CHANGED, [], by=by, at=at, tax=tax.pk)


@transaction.atomic
def retire_tax(tax: Tax, *, by: User, at: datetime) -> None:
    """Offer it no more; products that bear it go on bearing it."""
    tax.retired_at = at
    tax.save(update_fields=["retired_at"])
    record(Fact.PRODUCTS_CHANGED, [], by=by, at=at, tax=tax.pk)
