"""What is asked for the lines of a deal: all of them on one page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.catalogue.fields import ProductField
from rapport.catalogue.find_price import Buyer, asked_price, price_of
from rapport.catalogue.product import Product
from rapport.lib.numbers import read_currency
from rapport.sales.deal import Deal
from rapport.sales.set_lines import MOST, LineWish, comes_to

LARGEST = Decimal(10) ** 12
MOST_MONTHS = 240
SPARE = 3


class LineForm(forms.Form):
    """A product of the catalogue, or free words; without both there is no line."""

    product = ProductField(label=gettext_lazy("Product"), required=False)
    name = forms.CharField(label=gettext_lazy("Words"), max_length=300, required=False)
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"), required=False, max_digits=12, decimal_places=4, localize=True
    )
    unit_price = forms.DecimalField(
        label=gettext_lazy("Unit price"), required=False, min_value=0, max_digits=14, decimal_places=4, localize=True
    )
    discount = forms.DecimalField(
        label=gettext_lazy("Discount (%)"), required=False, min_value=0, max_value=100, decimal_places=2, localize=True
    )
    months = forms.IntegerField(label=gettext_lazy("Months"), required=False, min_value=1, max_value=MOST_MONTHS)

    def __init__(self, *args: Any, buyer: Buyer, inclusive: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        self.buyer, self.inclusive = buyer, inclusive
        self.fields["unit_price"].widget.attrs["placeholder"] = _("as listed")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "product" in self.errors or not self.is_told:
            return given
        quantity = given.get("quantity")
        if given.get("unit_price") is None and "unit_price" not in self.errors:
            given["unit_price"] = self.listed(given.get("product"), quantity)
            if given["unit_price"] is None:
                self.add_error("unit_price", _("What does one cost?"))
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("More than nothing, please."))
        product, months = given.get("product"), given.get("months")
        if months is not None and (product is None or product.every is None):
            self.add_error("months", _("Only what is billed again and again has a term."))
        elif months is not None and product and months % (product.every or 1):
            self.add_error("months", _("It is billed %(period)s; choose a multiple.") % {"period": product.billed})
        return given

    def listed(self, product: Product | None, quantity: Decimal | None) -> Decimal | None:
        """What the price lists say that one costs."""
        found = price_of(product, quantity or Decimal(1), self.buyer) if product and self.buyer.currency else None
        rate = product.tax.rate_on(self.buyer.day) if product and product.tax else Decimal(0)
        return asked_price(found, rate, inclusive=self.inclusive) if found else None

    @property
    def is_told(self) -> bool:
        return bool(self.cleaned_data.get("product") or self.cleaned_data.get("name"))

    def wish(self) -> LineWish:
        given = self.cleaned_data
        quantity = Decimal(1) if given["quantity"] is None else given["quantity"]
        return LineWish(
            given["product"],
            quantity,
            given["unit_price"],
            given["discount"] or Decimal(0),
            given["name"],
            given["months"],
        )


class LinesForm(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of a deal, and in which currency it is."""

    def __init__(self, sent: Any = None, *, deal: Deal, lines: Sequence[Any]) -> None:
        self.deal = deal
        super().__init__(sent, prefix="lines", initial=[as_asked(one) for one in lines])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each line knows for whom it is priced."""
        buyer = Buyer(
            self.currency, timezone.localdate(), tags=tuple(self.deal.member.customer.tags) if self.deal.member else ()
        )
        return {**super().get_form_kwargs(index), "buyer": buyer}

    def wishes(self) -> list[LineWish]:
        return [one.wish() for one in self.forms if one.is_told and not one.cleaned_data.get("DELETE")]

    @property
    def currency(self) -> str:
        """As it was written, read."""
        return read_currency(self.data.get("currency", "") or self.deal.currency) if self.is_bound else ""

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.currency and self.wishes():
            raise forms.ValidationError(_("Give the three letters of a currency, such as EUR."))
        if comes_to(self.wishes(), self.currency or "EUR") > LARGEST:
            raise forms.ValidationError(_("Together these lines come to too much."))


LinesFormSet: type[LinesForm] = forms.formset_factory(  # type: ignore[assignment]
    LineForm, formset=LinesForm, extra=SPARE, can_delete=True, max_num=MOST, absolute_max=MOST
)


def as_asked(line: Any) -> dict[str, Any]:
    own = line.name if line.product is None or line.name != str(line.product) else ""
    return {
        "product": line.product,
        "name": own,
        **{one: getattr(line, one).normalize() for one in ("quantity", "unit_price", "discount")},
        "months": line.months,
    }
