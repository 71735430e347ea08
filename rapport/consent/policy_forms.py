"""The contact policy as a table to be edited: a line for each rule, and a line for each example."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.consent.policy import Kind, Policy, PolicyExample, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.write_policy import CASE, COLUMNS, days_of

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
MOST_LINES, MOST_DAYS = 50, 366


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PolicyRule
        fields = COLUMNS
        widgets = {"begin": CLOCK, "end": CLOCK}  # noqa: RUF012

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if kind == Kind.FREQUENCY and not 0 < (given.get("days") or 0) <= MOST_DAYS:
            self.add_error("days", _("In how many days? Between 1 and 366."))
        if kind == Kind.QUIET and (given.get("begin") is None or given.get("end") is None):
            self.add_error("begin", _("From when until when?"))
        if kind == Kind.CONDITION and not given.get("condition"):
            self.add_error("condition", _("Which condition?"))
        return given


class ExampleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PolicyExample
        fields = CASE
        widgets = {"clock": CLOCK}  # noqa: RUF012

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["purpose"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = Purpose.objects.in_use()

    def clean_days_ago(self) -> str:
        text = str(self.cleaned_data["days_ago"])
        try:
            days_of(text)
        except ValueError:
            raise forms.ValidationError(_("Write whole days, as in 1, 3, 6.")) from None
        return text


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What is new"), max_length=400)


RuleTable = forms.inlineformset_factory(
    Policy, PolicyRule, form=RuleForm, extra=2, max_num=MOST_LINES, validate_max=True
)
ExampleTable = forms.inlineformset_factory(
    Policy, PolicyExample, form=ExampleForm, extra=2, max_num=MOST_LINES, validate_max=True
)


def lines_of(table: Any) -> list[Any]:
    """The filled lines that stay, in their order."""
    return [
        one.instance for one in table.forms if one.cleaned_data and not one.cleaned_data.get("DELETE") and kept(one)
    ]


def kept(form: Any) -> bool:
    return bool(form.instance.pk) or form.has_changed()
