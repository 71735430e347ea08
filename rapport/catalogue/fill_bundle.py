"""Say what a bundle holds."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.catalogue.keep_product import CatalogueError
from rapport.catalogue.product import Component, Product
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def fill_bundle(bundle: Product, parts: Mapping[Product, Decimal], *, by: User, at: datetime) -> None:
    """Put ``parts`` into it with how much of each; nothing of it: taken out. Parts not named stay.

    Raises CatalogueError where bundles would hold bundles.
    """
    for product, quantity in parts.items():
        if product == bundle:
            raise CatalogueError("product", _("A bundle can't hold itself."))
        if product.components.exists() or bundle.bundles.exists():
            raise CatalogueError("product", _("A bundle holds single products, not other bundles."))
        if quantity > 0:
            Component.objects.update_or_create(bundle=bundle, product=product, defaults={"quantity": quantity})
        else:
            Component.objects.filter(bundle=bundle, product=product).delete()
    record(Fact.PRODUCTS_CHANGED, [bundle.pk], by=by, at=at)
