"""What is asked for a product, for a part of a bundle and for a tax."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.catalogue.fields import ProductField
from rapport.catalogue.product import Period, Product, Tax

FIRST_YEAR, LAST_YEAR = 1900, 2200


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    every = forms.TypedChoiceField(
        label=gettext_lazy("Billed"),
        choices=[("", gettext_lazy("once")), *Period.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    parent = ProductField(label=gettext_lazy("Variant of"), required=False)

    class Meta:
        model = Product
        fields = ("number", "name", "family", "unit", "every", "tax", "description", "parent", "variant")
        widgets = {  # noqa: RUF012 - as Django wants it
            "description": forms.Textarea(attrs={"rows": 3}),
            "family": forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
            "unit": forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        }

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if Product.objects.filter(number__iexact=number).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another product has this number."))
        return number

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["parent"].help_text = _(
            "The number of the product, where this is one size, colour or voltage of it."
        )
        if self.instance.parent_id:
            self.initial["parent"] = self.instance.parent
        tax = self.fields["tax"]
        if isinstance(tax, forms.ModelChoiceField):
            # What was retired meanwhile stays chosen where it is.
            kept = Tax.objects.filter(pk=self.instance.tax_id) if self.instance.tax_id else Tax.objects.none()
            tax.queryset = (Tax.objects.filter(retired_at=None) | kept).order_by("name")
            tax.empty_label = _("none")


class PartForm(forms.Form):
    """A part of a bundle."""

    product = ProductField(label=gettext_lazy("Product"))
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"), min_value=0, max_digits=12, decimal_places=4, localize=True, initial=1
    )


class TaxForm(forms.ModelForm):  # type: ignore[type-arg]
    """A tax, and the rate that it has from a day on."""

    percent = forms.DecimalField(
        label=gettext_lazy("Rate (%)"), min_value=0, max_value=100, decimal_places=3, localize=True
    )
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Tax
        fields = ("name",)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.pk:
            self.fields["percent"].required = self.fields["since"].required = False
            self.fields["percent"].help_text = _("Fill both only when the rate changes.")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = Tax.objects.filter(retired_at=None, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since = given.get("since")
        if since and not FIRST_YEAR <= since.year <= LAST_YEAR:
            self.add_error("since", _("Give a day that somebody will live to see."))
        if (given.get("percent") is None) != (since is None) and not self.errors:
            self.add_error("since" if since is None else "percent", _("A rate and its first day go together."))
        return given
