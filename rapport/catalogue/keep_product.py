"""Keep a product as it is now, and say whether it is in use."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.catalogue.product import Product
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.names import sort_key
from rapport.people.models import User


class CatalogueError(Exception):
    """It can't be so; ``field`` names what is wrong, the message says why, in the reader's language."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def keep_product(product: Product, *, by: User | None, at: datetime) -> None:
    """Write a product, new or changed. Raises CatalogueError where its number is taken, or variants would hang on variants."""
    if Product.objects.filter(number__iexact=product.number).exclude(pk=product.pk).exists():
        raise CatalogueError("number", _("Another product has this number."))
    if product.parent_id:
        if product.parent_id == product.pk or (product.parent and product.parent.parent_id):
            raise CatalogueError("parent", _("Choose a product that is not a variant itself."))
        if product.pk and Product.objects.filter(parent=product.pk).exists():
            raise CatalogueError("parent", _("It has variants of its own."))
    else:
        product.variant = ""
    product.sort_key = sort_key(str(product))
    product.save()
    record(Fact.PRODUCTS_CHANGED, [product.pk], by=by, at=at)


@transaction.atomic
def retire_product(product: Product, *, by: User, at: datetime, again: bool = False) -> None:
    """Take it out of use; or ``again`` into use. What was sold of it stays as it is."""
    product.retired_at = None if again else at
    product.save(update_fields=["retired_at"])
    record(Fact.PRODUCTS_CHANGED, [product.pk], by=by, at=at)
