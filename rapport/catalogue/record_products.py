"""Write products and prices that another system tells of, many at once; said again they stay, said otherwise they follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.catalogue.keep_product import CatalogueError, keep_product
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product, Tax, TaxRate
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.names import fold_key
from rapport.people.models import User

# What follows the file, where the file says anything of it.
FOLLOWS = ("name", "family", "description", "unit", "every", "variant")


class Became(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True)
class ProductIn:
    """One product as its source tells it, or one more price of it. What is empty is not said; prices are per unit.

    ``tax`` is a name, ``rate`` in percent; ``parent`` the number of what it is a variant of; ``every`` in months.
    """

    number: str
    name: str = ""
    family: str = ""
    description: str = ""
    unit: str = ""
    every: int | None = None
    tax: str = ""
    rate: Decimal | None = None
    parent: str = ""
    variant: str = ""
    price: Decimal | None = None
    currency: str = ""
    price_list: str = ""
    from_quantity: Decimal = Decimal(0)


@dataclass(frozen=True)
class RecordedProduct:
    outcome: Became
    product_id: int | None = None
    reason: str = ""


def record_products(
    products: Sequence[ProductIn], *, by: User | None, at: datetime, today: date
) -> list[RecordedProduct]:
    """What became of each, in their order; one that can't be so is refused with its reason, and the others stay."""
    shelf = Shelf(by, at, today)
    found: dict[int, RecordedProduct] = {}
    # A variant may stand before what it is a variant of.
    for place in sorted(range(len(products)), key=lambda number: bool(products[number].parent)):
        try:
            with transaction.atomic():
                found[place] = shelf.put(products[place])
        except CatalogueError as problem:
            found[place] = RecordedProduct(Became.REFUSED, None, str(problem))
    return [found[place] for place in range(len(products))]


class Shelf:
    """Our own catalogue, to be found by the words of others."""

    def __init__(self, by: User | None, at: datetime, today: date) -> None:
        self.by, self.at, self.today = by, at, today

    def put(self, one: ProductIn) -> RecordedProduct:
        """Raises CatalogueError where it can't be so."""
        known = Product.objects.select_for_update(of=("self",)).filter(number__iexact=one.number).first()
        product = known or Product(number=one.number)
        if known is None and not one.name:
            raise CatalogueError("name", _("A product that is new here needs a name."))
        changed = self.follow(product, one) or known is None
        if changed:
            keep_product(product, by=self.by, at=self.at)
        priced = one.price is not None and self.price(product, one, one.price)
        became = Became.CREATED if known is None else Became.UPDATED if changed or priced else Became.SKIPPED
        return RecordedProduct(became, product.pk)

    def follow(self, product: Product, one: ProductIn) -> bool:
        """Whether anything is otherwise now."""
        wanted: dict[str, object] = {name: getattr(one, name) for name in FOLLOWS if getattr(one, name)}
        if tax := self.tax(one):
            wanted["tax"] = tax
        if one.parent:
            wanted["parent"] = self.parent(one)
        news = {name: value for name, value in wanted.items() if getattr(product, name) != value}
        for name, value in news.items():
            setattr(product, name, value)
        return bool(news)

    def parent(self, one: ProductIn) -> Product:
        found = Product.objects.filter(number__iexact=one.parent).first()
        if found is None:
            told = {"number": one.parent}
            raise CatalogueError("parent", _("There is no product “%(number)s” for it to be a variant of.") % told)
        return found

    def tax(self, one: ProductIn) -> Tax | None:
        """By its name, or else by its rate; one that is told with its rate and not here comes into being."""
        if not one.tax and one.rate is None:
            return None
        taxes = list(Tax.objects.current().prefetch_related("rates"))
        if one.tax:
            found = next((tax for tax in taxes if fold_key(tax.name) == fold_key(one.tax)), None)
            if found is None and one.rate is None:
                told = {"name": one.tax}
                raise CatalogueError("tax", _("There is no tax “%(name)s”. Add it, or give its rate.") % told)
        else:
            found = next((tax for tax in taxes if tax.rate_on(self.today) == one.rate), None)
        if found is None:
            return self.new_tax(one)
        here = found.rate_on(self.today)
        if one.rate is not None and here != one.rate:
            told = {"name": str(found), "here": plain(here), "told": plain(one.rate)}
            raise CatalogueError("tax", _("The tax “%(name)s” is %(here)s %% here, not %(told)s %%.") % told)
        return found

    def new_tax(self, one: ProductIn) -> Tax:
        rate = one.rate or Decimal(0)
        made = Tax.objects.create(name=one.tax or f"{plain(rate)} %")
        TaxRate.objects.create(tax=made, percent=rate, since=self.today)
        return made

    def price(self, product: Product, one: ProductIn, amount: Decimal) -> bool:
        """Whether it costs something else now."""
        kept = self.price_list(one)
        which = {"price_list": kept, "product": product, "from_quantity": one.from_quantity}
        known = Price.objects.filter(**which).first()
        if known and known.amount == amount:
            return False
        if known:
            known.amount = amount
            known.save()
        else:
            Price.objects.create(**which, amount=amount)
        record(Fact.PRICES_CHANGED, [kept.pk], by=self.by, at=self.at)
        return True

    def price_list(self, one: ProductIn) -> PriceList:
        """By its name; without one the only one in this currency. One that is named and not here comes into being."""
        lists = list(PriceList.objects.current().order_by("pk"))
        if one.price_list:
            found = next((kept for kept in lists if fold_key(kept.name) == fold_key(one.price_list)), None)
        else:
            same = [kept for kept in lists if kept.currency == one.currency or not one.currency]
            if len(same) > 1:
                raise CatalogueError("price_list", _("In which price list? There are several."))
            found = same[0] if same else None
        if found and one.currency and found.currency != one.currency:
            told = {"name": str(found), "here": found.currency, "told": one.currency}
            raise CatalogueError("currency", _("The price list “%(name)s” is in %(here)s, not in %(told)s.") % told)
        if found:
            return found
        if not one.currency:
            raise CatalogueError(
                "currency", _("a price without a currency: map a column to it, or give one for all rows")
            )
        return PriceList.objects.create(name=one.price_list or one.currency, currency=one.currency)


def plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
