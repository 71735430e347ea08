"""What is asked on the road: a day to be planned, a place on the map, a report."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.forms import fresh_key
from rapport.sales.change_deal import plain
from rapport.sales.deal import Deal
from rapport.sales.deal_forms import day_field, possible
from rapport.visits.models import Report, Spot
from rapport.visits.plan_day import Tour
from rapport.visits.report_visit import NextStep, Said
from rapport.visits.route import Point

USUAL, LONGEST, MOST_DEALS = 45, 600, 20
MORNING = time(9)
# Two numbers, as maps and telephones write them: "48.13715, 11.57612", "geo:48.1,11.5".
PLACE = re.compile(r"(?:geo:)?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?(?:[?;].*)?")


class PlaceField(forms.CharField):
    """Degrees of latitude and longitude in one field; None when it is empty."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=100, **named)
        self.widget.attrs |= {"autocomplete": "off", "placeholder": "48.13715, 11.57612"}

    def clean(self, value: Any) -> tuple[Decimal, Decimal] | None:
        text = super().clean(value)
        if not text:
            return None
        found = PLACE.fullmatch(text)
        north, east = (Decimal(part) for part in found.groups()) if found else (Decimal(91), Decimal(0))
        if abs(north) > 90 or abs(east) > 180:  # noqa: PLR2004
            raise forms.ValidationError(_("Give latitude and longitude in degrees, such as 48.13715, 11.57612."))
        return north, east


class SpotForm(forms.Form):
    """Where a customer is found."""

    place = PlaceField(label=gettext_lazy("Latitude, longitude"))
    means = forms.ChoiceField(choices=[(one.value, one.label) for one in (Spot.Means.HAND, Spot.Means.PHONE)])


class PlanForm(forms.Form):
    """A day of visits; whom to visit is ticked beside it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first = forms.TimeField(
        label=gettext_lazy("First visit at"),
        initial=MORNING,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes with each"), min_value=5, max_value=LONGEST, initial=USUAL)
    start = PlaceField(
        label=gettext_lazy("Starting from"),
        required=False,
        help_text=gettext_lazy("Latitude and longitude, if the way there counts."),
    )

    def clean_day(self) -> date | None:
        return possible(self.cleaned_data["day"])

    def tour(self) -> Tour:
        given = self.cleaned_data
        begin = timezone.make_aware(datetime.combine(given["day"], given["first"]))
        start = Point(float(given["start"][0]), float(given["start"][1])) if given["start"] else None
        return Tour(begin, given["minutes"], start)


class ReportForm(forms.Form):
    """What came of a visit. `written` is filled in where it is written, also without a network."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    written = forms.CharField(widget=forms.HiddenInput(attrs={"data-written": ""}), required=False, max_length=40)
    met = forms.ChoiceField(
        label=gettext_lazy("How it was"),
        choices=Report.Met.choices,
        initial=Report.Met.MET,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    todo = forms.CharField(label=gettext_lazy("What I have to do"), max_length=400, required=False)
    todo_on = day_field(gettext_lazy("By"))
    deal = forms.ModelChoiceField(
        Deal.objects.none(), label=gettext_lazy("Deal"), required=False, empty_label=gettext_lazy("none")
    )
    next_step = forms.CharField(label=gettext_lazy("Its next step"), max_length=400, required=False)
    next_step_on = day_field(gettext_lazy("On"))

    def __init__(self, *args: Any, deals: Sequence[Deal], **named: Any) -> None:
        super().__init__(*args, **named)
        self.deals = {one.pk: one for one in deals[:MOST_DEALS]}
        field = self.fields["deal"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Deal.objects.filter(pk__in=self.deals)

    def clean_todo_on(self) -> date | None:
        return possible(self.cleaned_data["todo_on"])

    def clean_next_step_on(self) -> date | None:
        return possible(self.cleaned_data["next_step_on"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("met") == Report.Met.MET and not given.get("text"):
            self.add_error("text", _("Say in a sentence what was said."))
        if given.get("next_step") and not given.get("deal") and "deal" not in self.errors:
            self.add_error("deal", _("The next step of which deal?"))
        if given.get("deal") and not given.get("next_step"):
            self.add_error("next_step", _("What comes next?"))
        return given

    def said(self, posted: Mapping[str, Any], *, at: datetime) -> Said:
        """What is reported; ``posted`` also holds what stood in the deals when the form was drawn."""
        given = self.cleaned_data
        deal, step = given["deal"], None
        if deal:
            stood = [str(posted.get(f"{name}-{deal.pk}", "")) for name in ("stood", "stood_on")]
            step = NextStep(self.deals[deal.pk], given["next_step"], given["next_step_on"], *stood)
        return Said(
            Report.Met(given["met"]), given["text"], moment(given["written"], at), given["todo"], given["todo_on"], step
        )


def moment(text: str, at: datetime) -> datetime:
    """When it was written, as its author's clock says; now when it says nothing."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and found.tzinfo else at


def standing(deals: Sequence[Deal]) -> list[tuple[int, str, str]]:
    """What stands in each deal as its next step, to be sent along."""
    return [(one.pk, plain(one.next_step), plain(one.next_step_on)) for one in deals]
