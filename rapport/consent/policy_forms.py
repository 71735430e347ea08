"""The contact policy as a table to be edited: a line for each rule, and a line for each example."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rapport.consent.policy import Kind, Policy, PolicyExample, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.write_policy import CASE, COLUMNS, days_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

    Conditions = Mapping[str, StrOrPromise]

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
MOST_LINES, MOST_DAYS = 50, 366


NOT_KNOWN = {"invalid_choice": _("“%(value)s” is no condition that is known here.")}
# What a rule says that looks at something else, or at nothing yet.
EMPTY = {"most": 0, "days": 0, "begin": None, "end": None, "condition": ""}


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line of the table. A cell counts only for the kind of rule that it `fits`."""

    condition = forms.ChoiceField(label=_("Condition"), required=False, error_messages=NOT_KNOWN)
    most = forms.IntegerField(label=_("At most"), min_value=0, required=False, initial=0)
    days = forms.IntegerField(label=_("In days"), min_value=0, required=False, initial=0)

    fits: ClassVar = {
        **dict.fromkeys(("most", "days"), ("kind", Kind.FREQUENCY)),
        **dict.fromkeys(("begin", "end"), ("kind", Kind.QUIET)),
        "condition": ("kind", Kind.CONDITION),
    }
    needed: ClassVar = {
        name: format_lazy(_("needed for: {what}"), what=Kind(kind).label) for name, (_kind, kind) in fits.items()
    }

    class Meta:
        model = PolicyRule
        fields = COLUMNS
        widgets = {"begin": CLOCK, "end": CLOCK}  # noqa: RUF012

    def __init__(self, *args: Any, known: "Conditions", **named: Any) -> None:
        super().__init__(*args, **named)
        choose_from({"": "", **known}, [self.instance.condition], self.fields["condition"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = given.get("kind")
        given |= {name: EMPTY[name] for name, (_kind, fitting) in self.fits.items() if fitting != kind and kind}
        if kind == Kind.FREQUENCY:
            if given.get("most") is None and "most" not in self.errors:
                self.add_error("most", _("At most how many? 0 means none at all."))
            if not 0 < (given.get("days") or 0) <= MOST_DAYS:
                self.add_error("days", _("In how many days? Between 1 and 366."))
        if kind == Kind.QUIET:
            for name in ("begin", "end"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, _("From when until when?"))
        if kind == Kind.CONDITION and not given.get("condition") and "condition" not in self.errors:
            self.add_error("condition", _("Which condition?"))
        return given


def choose_from(known: "Conditions", kept: Sequence[str], field: forms.Field) -> None:
    """The conditions that are known, and those that the line names already."""
    if isinstance(field, forms.ChoiceField):
        field.choices = list({**{one: one for one in kept}, **known}.items())


class ExampleForm(forms.ModelForm):  # type: ignore[type-arg]
    conditions = forms.MultipleChoiceField(
        label=_("Conditions"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=NOT_KNOWN
    )

    class Meta:
        model = PolicyExample
        fields = CASE
        widgets = {"clock": CLOCK}  # noqa: RUF012

    def __init__(self, *args: Any, known: "Conditions", **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["purpose"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = Purpose.objects.in_use()
        choose_from(known, self.instance.condition_names, self.fields["conditions"])
        self.initial["conditions"] = self.instance.condition_names

    def clean_conditions(self) -> str:
        return ", ".join(self.cleaned_data["conditions"])

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
