"""What is asked of a relationship, from either of its sides."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.customers.known import INWARD, OUTWARD
from rapport.customers.models import Relationship

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SAME_BOTH_WAYS = {Relationship.Kind.FAMILY, Relationship.Kind.KNOWS}
WAYS = [(f"out {kind}", words) for kind, words in OUTWARD.items()] + [
    (f"in {kind}", words) for kind, words in INWARD.items() if kind not in SAME_BOTH_WAYS
]


class TieForm(forms.Form):
    """How the customer stands to another, since when."""

    way = forms.ChoiceField(label=_("This customer"), choices=WAYS)
    role = forms.CharField(label=_("Role"), max_length=200, required=False, help_text=_("Say, head of purchasing."))
    since = forms.DateField(label=_("Since"), required=False, widget=DAY)
    other = forms.IntegerField(
        label=_("Who"), min_value=1, max_value=2**63 - 1, error_messages={"required": _("Choose one from the list.")}
    )

    @property
    def outward(self) -> bool:
        return str(self.cleaned_data["way"]).startswith("out ")

    @property
    def kind(self) -> Relationship.Kind:
        return Relationship.Kind(str(self.cleaned_data["way"]).partition(" ")[2])


class AmendForm(forms.Form):
    """What is said of a relationship; a last day ends it."""

    role = forms.CharField(label=_("Role"), max_length=200, required=False)
    since = forms.DateField(label=_("Since"), required=False, widget=DAY)
    until = forms.DateField(label=_("Ended on"), required=False, widget=DAY)

    def __init__(self, sent: Mapping[str, Any] | None, tie: Relationship) -> None:
        said = {"role": tie.role, "since": tie.since, "until": tie.until}
        super().__init__(sent, initial=said, auto_id=f"tie-{tie.pk}-%s")
