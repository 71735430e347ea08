"""What is asked for a plan and its parts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.models import Aim, Goal, Plan, Risk, Stakeholder
from rapport.lib.numbers import read_currency
from rapport.people.models import User

LARGEST = Decimal(10) ** 12
FIRST_YEAR, LAST_YEAR = 1900, 2200


def day_field(label: Any, *, required: bool = False, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **more)


def possible(day: date | None) -> date | None:
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Give a day that somebody will live to see."))
    return day


def owners(label: Any, **more: Any) -> "forms.ModelChoiceField[User]":
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    return forms.ModelChoiceField(people, label=label, **more)


def currency_field() -> forms.CharField:
    attrs = {"autocapitalize": "characters", "autocomplete": "off", "size": 4}
    return forms.CharField(
        label=gettext_lazy("Currency"), required=False, max_length=3, widget=forms.TextInput(attrs=attrs)
    )


def money_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=LARGEST, decimal_places=2, localize=True, **more
    )


class CurrencyForm(forms.Form):
    """A form with a currency that has to be one."""

    def clean_currency(self) -> str:
        text = self.cleaned_data["currency"]
        code = read_currency(text) if text else ""
        if text and not code:
            raise forms.ValidationError(_("Give the three letters of a currency, such as EUR."))
        return code or ""


class PlanForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    owner = owners(gettext_lazy("Owner"), empty_label=None)
    starts = day_field(gettext_lazy("From"), required=True)
    ends = day_field(gettext_lazy("Until"), required=True)
    strategy = forms.CharField(
        label=gettext_lazy("Strategy"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What we want to become of this customer, and how."),
    )

    def clean_starts(self) -> date | None:
        return possible(self.cleaned_data["starts"])

    def clean_ends(self) -> date | None:
        return possible(self.cleaned_data["ends"])


def as_said(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ("name", "owner", "starts", "ends", "strategy")}


class StakeholderForm(forms.Form):
    """How somebody stands in the buying centre; who it is was chosen before."""

    role = forms.ChoiceField(label=gettext_lazy("Part"), choices=Stakeholder.Role.choices)
    attitude = forms.TypedChoiceField(
        label=gettext_lazy("Stands"), choices=Stakeholder.Attitude.choices, coerce=int, initial=0
    )
    influence = forms.TypedChoiceField(
        label=gettext_lazy("Influence"), choices=Stakeholder.Influence.choices, coerce=int, initial=2
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What matters to them."),
    )


class AimForm(CurrencyForm):
    """What an empty cell may bring."""

    amount = money_field(gettext_lazy("Estimate"))
    currency = currency_field()
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("amount") is not None and not given.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("In which currency?"))
        if given.get("amount") is None:
            given["currency"] = ""
        return given


class GoalForm(CurrencyForm):
    words = forms.CharField(label=gettext_lazy("Goal"), max_length=400)
    measure = forms.ChoiceField(label=gettext_lazy("Measured by"), choices=Goal.Measure.choices, required=False)
    target = money_field(gettext_lazy("Target"))
    currency = currency_field()
    until = day_field(gettext_lazy("Until"), help_text=gettext_lazy("Empty: as long as the plan."))
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Goal.State.choices, initial=Goal.State.OPEN)

    def clean_until(self) -> date | None:
        return possible(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("measure") and given.get("target") is None and "target" not in self.errors:
            self.add_error("target", _("How much shall it be?"))
        if given.get("measure") == Goal.Measure.REVENUE:
            if not given.get("currency") and "currency" not in self.errors:
                self.add_error("currency", _("In which currency?"))
        else:
            given["currency"] = ""
        return given


class RiskForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Risk"), max_length=400)
    likelihood = forms.IntegerField(
        label=gettext_lazy("Likelihood"), min_value=1, max_value=5, initial=3, help_text=gettext_lazy("1 to 5")
    )
    impact = forms.IntegerField(
        label=gettext_lazy("Impact"), min_value=1, max_value=5, initial=3, help_text=gettext_lazy("1 to 5")
    )
    owner = owners(gettext_lazy("Who sees to it"), required=False, empty_label=gettext_lazy("nobody yet"))
    measure = forms.CharField(label=gettext_lazy("Counter-measure"), required=False, max_length=1000)
    due = day_field(gettext_lazy("Due"))

    def clean_due(self) -> date | None:
        return possible(self.cleaned_data["due"])


class StepForm(forms.Form):
    """A next step; about somebody of the buying centre, or the customer."""

    title = forms.CharField(label=gettext_lazy("What is to do"), max_length=400)
    due_on = day_field(gettext_lazy("Due"))

    def clean_due_on(self) -> date | None:
        return possible(self.cleaned_data["due_on"])


FIELDS: Mapping[type, tuple[str, ...]] = {
    Stakeholder: ("role", "attitude", "influence", "note"),
    Aim: ("amount", "currency", "note"),
    Goal: ("words", "measure", "target", "currency", "until", "state"),
    Risk: ("words", "likelihood", "impact", "owner", "measure", "due"),
}
