"""What is asked for a price list and for a price in it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.catalogue.fields import ProductField
from rapport.catalogue.price_list import PriceList
from rapport.lib.numbers import read_currency

FIRST_YEAR, LAST_YEAR = 1900, 2200


class PriceListForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PriceList
        fields = ("name", "currency", "inclusive", "since", "until", "brand", "tag")
        widgets = {  # noqa: RUF012 - as Django wants it
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "currency": forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "size": 4}),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        brand = self.fields["brand"]
        if isinstance(brand, forms.ModelChoiceField):
            brand.empty_label = _("all brands")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if PriceList.objects.current().filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return name

    def clean_currency(self) -> str:
        code = read_currency(self.cleaned_data["currency"])
        if not code:
            raise forms.ValidationError(_("Give the three letters of a currency, such as EUR."))
        if self.instance.pk and code != self.initial["currency"] and self.instance.prices.exists():
            raise forms.ValidationError(_("It has prices already. Make another list for another currency."))
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Give a day that somebody will live to see."))
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        return given


class PriceForm(forms.Form):
    """What one of a product costs from a quantity on."""

    product = ProductField(label=gettext_lazy("Product"))
    from_quantity = forms.DecimalField(
        label=gettext_lazy("From quantity"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=4,
        localize=True,
        help_text=gettext_lazy("Empty: however many."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=0, max_digits=14, decimal_places=4, localize=True
    )
