"""Read what the page of a product shows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Component, Product
from rapport.people.models import User


@dataclass(frozen=True)
class ProductPage:
    """``rate`` is what its tax takes today, in percent; None where it bears none."""

    product: Product
    rate: Decimal | None
    variants: list[Product]
    parts: list[Component]
    bundles: list[Component]
    prices: list[Price]
    may_change: bool


def page_of(product: Product, *, reader: User, today: date) -> ProductPage:
    """In a fixed number of queries."""
    return ProductPage(
        product,
        product.tax.rate_on(today) if product.tax else None,
        list(product.variants.order_by("sort_key", "pk")),
        list(product.components.select_related("product").order_by("product__sort_key", "pk")),
        list(product.bundles.select_related("bundle").order_by("bundle__sort_key", "pk")),
        prices_of(product, today),
        reader.allows("catalogue.change_product"),
    )


def prices_of(product: Product, today: date) -> list[Price]:
    """What it costs today, list by list."""
    found = product.prices.filter(price_list__in=PriceList.objects.on(today)).select_related("price_list__brand")
    return list(found.order_by("price_list__name", "price_list", "from_quantity"))
