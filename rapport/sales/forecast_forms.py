"""What is asked for the outlook of a deal."""

from django import forms
from django.utils.translation import gettext_lazy

from rapport.sales.outlook import Category


class OutlookForm(forms.Form):
    category = forms.ChoiceField(
        label=gettext_lazy("Category of the forecast"),
        required=False,
        choices=[("", gettext_lazy("as its stage says")), *Category.choices],
    )

    @property
    def said(self) -> Category | None:
        given = self.cleaned_data["category"]
        return Category(given) if given else None
