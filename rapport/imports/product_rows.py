"""Turn rows of a file of products into what the catalogue takes in."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.catalogue.product import Period
from rapport.catalogue.record_products import ProductIn
from rapport.imports.reading import Reader, RowError
from rapport.lib.layouts import Row
from rapport.lib.names import fold_key

LARGEST, MOST_PERCENT = Decimal(10) ** 9, Decimal(100)
# How programs write in which steps something is billed.
PERIODS = {
    **dict.fromkeys(("", "0", "once", "one time", "onetime", "einmalig", "unique"), 0),
    **dict.fromkeys(("1", "month", "monthly", "monat", "monatlich", "mensuel", "mensual"), 1),
    **dict.fromkeys(("3", "quarter", "quarterly", "quartal", "vierteljahrlich"), 3),
    **dict.fromkeys(("6", "half year", "halbjahr", "halbjahrlich", "semiannual"), 6),
    **dict.fromkeys(("12", "year", "yearly", "annual", "annually", "jahr", "jahrlich"), 12),
}


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One row of a file of products."""

    product: ProductIn


def product(reader: Reader, row: Row) -> ProductRow:
    number = reader.proof(row, "number")
    if not number:
        raise RowError(_("a product without a number"))
    if len(number) > 60:  # noqa: PLR2004 - as the catalogue holds it
        raise RowError(_("“%(text)s” is longer than a number can be") % {"text": number[:60]})
    price, quantity = positive(reader, row, "price"), positive(reader, row, "from_quantity")
    rate = reader.number(row, "rate")
    if rate is not None and not 0 <= rate <= MOST_PERCENT:
        raise RowError(_("“%(text)s” is no rate of a tax") % {"text": rate})
    return ProductRow(
        ProductIn(
            number=number,
            name=reader.text(row, "name")[:200],
            family=reader.text(row, "family")[:100],
            description=reader.text(row, "description")[:4000],
            unit=reader.text(row, "unit")[:30],
            every=period(reader.text(row, "every")),
            tax=reader.text(row, "tax")[:100],
            rate=rate,
            parent=reader.proof(row, "parent")[:60],
            variant=reader.text(row, "variant")[:100],
            price=price,
            currency=reader.currency(row, "price") if price is not None else "",
            price_list=reader.text(row, "price_list")[:100],
            from_quantity=quantity or Decimal(0),
        )
    )


def positive(reader: Reader, row: Row, name: str) -> Decimal | None:
    number = reader.number(row, name)
    if number is None:
        return None
    if number < 0:
        raise RowError(_("“%(text)s” is less than nothing") % {"text": reader.text(row, name)[:60]})
    if number > LARGEST:
        raise RowError(_("“%(text)s” is too much") % {"text": reader.text(row, name)[:60]})
    return round(number, 4)


def period(text: str) -> int | None:
    """In months; None: once."""
    months = PERIODS.get(fold_key(text))
    if months is None:
        raise RowError(_("“%(text)s” is no period in which we bill") % {"text": text[:60]})
    return Period(months).value if months else None
