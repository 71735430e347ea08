"""What is asked for an exchange rate, for a file of them, and for the currency of the organisation."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.lib.numbers import read_currency
from rapport.sales.rate import PLACES
from rapport.sales.read_rates import LEAST, Faults, Said, read_rates

FIRST_YEAR, LAST_YEAR = 1900, 2200


class CurrencyField(forms.CharField):
    """A currency by its letters or its sign."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "size": 4})
        super().__init__(max_length=10, widget=widget, **named)

    def clean(self, value: Any) -> str:
        code = read_currency(super().clean(value))
        if not code:
            raise forms.ValidationError(_("Give the three letters of a currency, such as EUR."))
        return code


class BooksForm(forms.Form):
    currency = CurrencyField(
        label=gettext_lazy("Currency of the organisation"),
        help_text=gettext_lazy("Forecasts, targets and figures are added up in it."),
    )


class RateForm(forms.Form):
    currency = CurrencyField(label=gettext_lazy("Currency"))
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    rate = forms.DecimalField(
        label=gettext_lazy("One unit is worth"),
        min_value=LEAST,
        max_value=Decimal(10) ** 9,
        decimal_places=PLACES,
        localize=True,
    )

    def __init__(self, sent: Any = None, *, home: str, today: date) -> None:
        super().__init__(sent, initial={"since": today})
        self.home = home

    def clean_currency(self) -> str:
        if self.cleaned_data["currency"] == self.home:
            raise forms.ValidationError(_("This is the organisation's own currency: it needs no rate."))
        return str(self.cleaned_data["currency"])

    def clean_since(self) -> date:
        day: date = self.cleaned_data["since"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Give a day that somebody will live to see."))
        return day

    @property
    def said(self) -> Said:
        return Said(**self.cleaned_data)


class RateFileForm(forms.Form):
    """A file of rates: taken as a whole, or not at all."""

    file = forms.FileField(
        label=gettext_lazy("Table (CSV or XLSX)"),
        help_text=gettext_lazy(
            "Columns: currency, day, rate, where a rate is what one unit is worth. "
            "Or as central banks write it: a column for the day, and one for each currency with how many of it one unit of yours buys."
        ),
    )

    def __init__(self, sent: Any = None, files: Any = None, *, home: str) -> None:
        super().__init__(sent, files)
        self.home, self.said = home, list[Said]()

    def clean_file(self) -> None:
        found = read_rates(self.cleaned_data["file"].chunks(), home=self.home)
        if isinstance(found, Faults):
            raise forms.ValidationError([*found.words, _("Nothing of the file was kept.")])
        self.said = found
