"""Form fields of products: one of the catalogue, by number or name."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from rapport.catalogue.product import Product

LONGEST = 300


class ProductField(forms.CharField):
    """A product by its number, or by a name that only one has; suggestions come while it is typed."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=LONGEST, **named)
        self.widget.attrs |= {
            "list": "products",
            "autocomplete": "off",
            "hx-get": reverse_lazy("catalogue:choose"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#products",
            "hx-sync": "this:replace",
            "data-product": "",
        }

    def prepare_value(self, value: Any) -> Any:
        return value.label if isinstance(value, Product) else value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        found = Product.objects.all().named(text)
        if found is None and text:
            raise forms.ValidationError(_("There is no product of this number or name."))
        return found
