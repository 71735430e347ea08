"""What is asked when an address must not be written to any more, or may be again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.consent.models import Cause, Way
from rapport.consent.standing import key_of

BY_PEOPLE = (Cause.OBJECTED, Cause.BY_HAND, Cause.COMPLAINT)


class SuppressionForm(forms.Form):
    """An address and why."""

    way = forms.ChoiceField(label=_("Channel"), choices=Way.choices, initial=Way.EMAIL)
    address = forms.CharField(label=_("Address or number"), max_length=400)
    cause = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.label) for one in BY_PEOPLE])
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=1_000,
        help_text=_("Who said so, when and how, so that a colleague understands it a year from now."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("address") and given.get("way") and key_of(given["address"], given["way"]) is None:
            self.add_error("address", _("This can't be read as one."))
        return given


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Why it may be written to again"), max_length=1_000)
