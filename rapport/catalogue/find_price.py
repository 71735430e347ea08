"""Find what a product costs: for whom, when, and how much of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product
from rapport.lib.money import with_tax, without_tax


@dataclass(frozen=True)
class Buyer:
    """For whom and when something is priced. ``tags`` are the customer's."""

    currency: str
    day: date
    brand_id: int | None = None
    tags: Collection[str] = ()


def lists_for(buyer: Buyer) -> Sequence[PriceList]:
    """The lists that hold for the buyer, those made for the fewest first: by tag, by brand, then the newest."""
    known = PriceList.objects.on(buyer.day).filter(currency=buyer.currency)
    tags = {one.lower() for one in buyer.tags}
    fit = [one for one in known if (not one.tag or one.tag.lower() in tags) and one.brand_id in {None, buyer.brand_id}]
    return sorted(
        fit, key=lambda one: (bool(one.tag), one.brand_id is not None, one.since or date.min, one.pk), reverse=True
    )


def price_of(
    product: Product, quantity: Decimal, buyer: Buyer, lists: Sequence[PriceList] | None = None
) -> Price | None:
    """Its price in the first list that has one, for this quantity; that of the product of which it is a variant, if it has none."""
    wanted = [product.pk, product.parent_id] if product.parent_id else [product.pk]
    known = list(lists_for(buyer) if lists is None else lists)
    found = Price.objects.filter(price_list__in=known, product__in=wanted, from_quantity__lte=quantity)
    order = {one.pk: place for place, one in enumerate(known)}
    best = sorted(
        found.select_related("price_list"),
        key=lambda one: (order[one.price_list_id], one.product_id != product.pk, -one.from_quantity),
    )
    return best[0] if best else None


def asked_price(price: Price, percent: Decimal, *, inclusive: bool = False) -> Decimal:
    """The price with or without a tax of ``percent``, however its list states it."""
    if price.price_list.inclusive == inclusive:
        return price.amount
    return with_tax(price.amount, percent) if inclusive else without_tax(price.amount, percent)
