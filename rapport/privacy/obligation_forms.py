"""What is asked of a duty, of its review and of its evidence."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.people.duty_forms import DAY, colleagues
from rapport.privacy.obligation import Obligation

# So many months a duty may go without anybody looking at it.
SELDOM = 60
LARGEST = 5_000_000


class ObligationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Obligation
        fields = (
            *("title", "origin", "source", "about", "applies_to", "owner", "deputy"),
            *("control", "every_months", "review_on"),
        )
        widgets: ClassVar = {
            "about": forms.Textarea({"rows": 3}),
            "control": forms.Textarea({"rows": 3}),
            "review_on": forms.DateInput(DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in ("owner", "deputy"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset, field.empty_label = colleagues(), gettext("nobody")

    def clean_every_months(self) -> int:
        months = int(self.cleaned_data["every_months"])
        if not 1 <= months <= SELDOM:
            raise forms.ValidationError(gettext("Between 1 and 60 months."))
        return months

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("owner") and given.get("owner") == given.get("deputy"):
            self.add_error("deputy", gettext("Nobody stands in for themselves."))
        return given


class ReviewForm(forms.Form):
    """How it stands, on what ground."""

    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=[(one.value, one.label) for one in Obligation.State if one != Obligation.State.OPEN],
    )
    note = forms.CharField(
        label=_("What was looked at, and what was found"), max_length=2_000, widget=forms.Textarea({"rows": 3})
    )


class EvidenceForm(forms.Form):
    """A file or an address that shows it."""

    needed: ClassVar = {"link": _("needed without a file"), "file": _("needed without an address")}

    title = forms.CharField(label=_("What it shows"), max_length=200)
    link = forms.URLField(label=_("Address"), max_length=1_000, required=False, assume_scheme="https")
    file = forms.FileField(label=_("or file"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("link")) == bool(given.get("file")):
            self.add_error("link", gettext("Give an address or a file."))
        if given.get("file") and given["file"].size > LARGEST:
            self.add_error("file", gettext("It may have 5 MB at most."))
        return given
