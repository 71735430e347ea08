"""Shape price lists: begin one, say what a product costs in it, take it out of use."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def keep_price_list(kept: PriceList, *, by: User, at: datetime) -> None:
    """Write a list, new or changed."""
    kept.save()
    record(Fact.PRICES_CHANGED, [kept.pk], by=by, at=at)


@transaction.atomic
def set_price(
    kept: PriceList, product: Product, amount: Decimal | None, *, from_quantity: Decimal, by: User, at: datetime
) -> None:
    """What one of ``product`` costs from a quantity on; None: nothing is said of it any more."""
    which: dict[str, Any] = {"price_list": kept, "product": product, "from_quantity": from_quantity}
    if amount is None:
        Price.objects.filter(**which).delete()
    else:
        Price.objects.update_or_create(**which, defaults={"amount": amount})
    record(Fact.PRICES_CHANGED, [kept.pk], by=by, at=at)


@transaction.atomic
def retire_price_list(kept: PriceList, *, by: User, at: datetime) -> None:
    """Offer its prices no more."""
    kept.retired_at = at
    kept.save(update_fields=["retired_at"])
    record(Fact.PRICES_CHANGED, [kept.pk], by=by, at=at)
