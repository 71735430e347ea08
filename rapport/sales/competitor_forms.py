"""What is asked for a competitor, for a positioning, and for a competitor of a deal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from rapport.catalogue.fields import ProductField
from rapport.sales.competitor import Competitor, Rival

LONGEST = 100


class NamesField(forms.CharField):
    """Names parted by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name.strip() for name in str(super().clean(value) or "").replace("\n", ",").split(",") if name.strip()]


class CompetitorForm(forms.ModelForm):  # type: ignore[type-arg]
    aliases = NamesField(
        label=gettext_lazy("Also called"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Other names by which people speak of them, parted by commas."),
    )

    website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=400, assume_scheme="https", empty_value=""
    )

    class Meta:
        model = Competitor
        fields = ("name", "aliases", "website", "strengths", "weaknesses", "answer")
        widgets = {  # noqa: RUF012 - as Django wants it
            name: forms.Textarea(attrs={"rows": 3}) for name in ("strengths", "weaknesses", "answer")
        }

    def clean_aliases(self) -> list[str]:
        names = self.cleaned_data["aliases"]
        long = next((name for name in names if len(name) > LONGEST), None)
        if long:
            raise forms.ValidationError(gettext_lazy("A name has at most 100 letters."))
        return list(names)


class PositioningForm(forms.Form):
    """What we say about one of our products; empty words take it out."""

    product = ProductField(label=gettext_lazy("Product"))
    words = forms.CharField(
        label=gettext_lazy("What we say"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


class RivalForm(forms.Form):
    competitor = forms.ModelChoiceField(
        Competitor.objects.current(), label=gettext_lazy("Competitor"), empty_label=gettext_lazy("Who?")
    )
    role = forms.ChoiceField(label=gettext_lazy("Part"), choices=Rival.Role.choices)
