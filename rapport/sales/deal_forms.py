"""What is asked for a deal, for a move of one, and for the parts of a pipeline."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.lib.numbers import read_currency
from rapport.people.models import User
from rapport.sales.change_deal import FIELDS, as_read
from rapport.sales.competitor import Competitor
from rapport.sales.deal import Deal
from rapport.sales.open_deal import NewDeal
from rapport.sales.pipeline import End, Reason, Stage

LARGEST = Decimal(10) ** 12
FIRST_YEAR, LAST_YEAR = 1900, 2200


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class MoneyForm(forms.Form):
    """An amount with its currency, and days that are possible."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), required=False, min_value=0, max_value=LARGEST, decimal_places=2, localize=True
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "size": 4}),
    )
    closes_on = day_field(gettext_lazy("Expected to close"))
    next_step = forms.CharField(label=gettext_lazy("Next step"), max_length=400, required=False)
    next_step_on = day_field(gettext_lazy("Next step on"))

    def clean_currency(self) -> str:
        text = self.cleaned_data["currency"]
        code = read_currency(text) if text else ""
        if text and not code:
            raise forms.ValidationError(_("Give the three letters of a currency, such as EUR."))
        return code or ""

    def clean_closes_on(self) -> date | None:
        return possible(self.cleaned_data["closes_on"])

    def clean_next_step_on(self) -> date | None:
        return possible(self.cleaned_data["next_step_on"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("amount") is not None and not given.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("In which currency?"))
        return given


def possible(day: date | None) -> date | None:
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Give a day that somebody will live to see."))
    return day


class DealForm(MoneyForm):
    """A deal, new or to be changed. What a stage asks for is asked when the deal enters it."""

    name = forms.CharField(label=gettext_lazy("What is it about"), max_length=200)
    stage = forms.ModelChoiceField(Stage.objects.none(), label=gettext_lazy("Stage"), empty_label=None)
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=gettext_lazy("Owner"), empty_label=None
    )
    probability = forms.IntegerField(
        label=gettext_lazy("Own probability (%)"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Empty: that of its stage."),
    )
    field_order = (
        *("name", "stage", "amount", "currency", "closes_on", "next_step", "next_step_on", "owner", "probability"),
    )

    def __init__(
        self, sent: Any = None, *, stages: Sequence[Stage] = (), initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(sent, initial=dict(initial or {}))
        self.fields["next_step"].required = True
        if stages:
            chosen = self.fields["stage"]
            if isinstance(chosen, forms.ModelChoiceField):
                chosen.queryset = (
                    Stage.objects.filter(pk__in=[one.pk for one in stages]).select_related("pipeline").in_order()
                )
                several = len({one.pipeline_id for one in stages}) > 1
                chosen.label_from_instance = lambda one: f"{one.pipeline}: {one}" if several else str(one)  # type: ignore[method-assign, assignment]
        else:
            del self.fields["stage"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        stage = given.get("stage")
        for name in stage.needs if stage else ():
            if given.get(name) in {None, ""} and name not in self.errors:
                self.add_error(name, _("The stage “%(stage)s” asks for it.") % {"stage": stage})
        return given

    def new(self) -> NewDeal:
        given = self.cleaned_data
        return NewDeal(**{name: given[name] for name in (*FIELDS, "stage")})


class ChangeForm(DealForm):
    """A deal that is there: the stage is changed by moving it. What was read is sent along."""

    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5_000)

    def __init__(self, sent: Any = None, *, deal: Deal) -> None:
        read = as_read(deal)
        initial = {**read, "closes_on": deal.closes_on, "next_step_on": deal.next_step_on}
        super().__init__(sent, initial={**initial, "was": json.dumps(read)})
        self.fields["next_step"].required = deal.closed_at is None
        if deal.lines.exists():
            for name in ("amount", "currency"):
                self.fields[name].disabled = True
            self.fields["amount"].help_text = _("It follows the products of the deal.")

    def clean_was(self) -> dict[str, str]:
        """Anything else than what we sent is as if nothing had been: the newest word wins."""
        try:
            told = json.loads(self.cleaned_data["was"] or "{}")
        except ValueError:
            return {}
        return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


def likely_winner(deal: Deal) -> Competitor | None:
    """The one who stands against us in it, where there is just one."""
    rivals = list(deal.rivals.select_related("competitor")[:2])
    return rivals[0].competitor if len(rivals) == 1 else None


class MoveForm(MoneyForm):
    """What a stage asks for when a deal enters it: only what the deal lacks."""

    reason = forms.ModelChoiceField(Reason.objects.none(), label=gettext_lazy("Reason"))
    said = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    lost_to = forms.ModelChoiceField(
        Competitor.objects.current(),
        label=gettext_lazy("Lost to"),
        required=False,
        empty_label=gettext_lazy("to nobody we know"),
    )
    field_order = ("reason", "lost_to", "said", "amount", "currency", "closes_on", "next_step", "next_step_on")

    def __init__(self, sent: Any, *, deal: Deal, stage: Stage) -> None:
        super().__init__(sent, initial={"currency": deal.currency, "next_step_on": None})
        lacks = {"reason" if one == "reason_id" else one for one in deal.lacks(stage)}
        shown = set(lacks)
        if "amount" in lacks:
            shown.add("currency")
        if "next_step" in lacks:
            shown.add("next_step_on")
        if stage.end != End.OPEN:
            shown |= {"reason", "said"}
        if stage.end == End.LOST and Competitor.objects.current().exists():
            shown.add("lost_to")
        for name in [*self.fields]:
            if name not in shown:
                del self.fields[name]
            else:
                self.fields[name].required = name in lacks
        if "lost_to" in self.fields:
            self.initial["lost_to"] = likely_winner(deal)
        if "reason" in self.fields:
            chosen = self.fields["reason"]
            if isinstance(chosen, forms.ModelChoiceField):
                chosen.queryset = Reason.objects.current().filter(end=stage.end)

    def clean_currency(self) -> str:
        return super().clean_currency() if "currency" in self.fields else ""

    @property
    def brought(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in self.fields if given.get(name) not in {None, ""}}
