"""What is asked when somebody's work is handed over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.oversight.hand_over import Heirs
from rapport.oversight.work import CUSTOMERS, Left
from rapport.people.models import Team, User


class HandoverForm(forms.Form):
    """Which kinds, and to whom."""

    kinds = forms.MultipleChoiceField(label=_("What"), widget=forms.CheckboxSelectMultiple)
    heir = forms.ModelChoiceField(User.objects.none(), label=_("To whom"), empty_label=_("Choose a colleague"))
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label=_("Customers to a team instead"),
        required=False,
        empty_label=_("to the same person"),
    )

    def __init__(self, data: Any = None, *, leaver: User, left: list[Left]) -> None:
        super().__init__(data, initial={"kinds": [one.kind.name for one in left]})
        self.numbers = {one.kind.name: one for one in left}
        self.fields["heir"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(is_active=True).exclude(pk=leaver.pk).order_by("name", "pk")
        )
        self.fields["kinds"].choices = [(one.kind.name, one.kind.label) for one in left]  # type: ignore[attr-defined]
        if CUSTOMERS not in self.numbers:
            del self.fields["team"]

    def heirs(self) -> Heirs:
        return Heirs(self.cleaned_data["heir"], self.cleaned_data.get("team"))
