"""What is asked for a reminder, and how somebody wants to be told."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from rapport.notices.models import USUAL, Digest, Kind, Way
from rapport.notices.when import MORNING, QUICK, moment


class RemindForm(forms.Form):
    """A moment, by the name of a button or as a day and an hour; and what for."""

    when = forms.ChoiceField(choices=[(name, name) for name in QUICK], required=False, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    clock = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial=MORNING
    )
    note = forms.CharField(
        label=_("What for"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        now = timezone.now()
        if given.get("when"):
            given["due_at"] = moment(given["when"], now)
        elif given.get("day"):
            given["due_at"] = self.chosen(given["day"], given.get("clock") or MORNING, now)
        elif not self.errors:
            self.add_error("day", _("Choose when."))
        return given

    def chosen(self, day: Any, clock: time, now: datetime) -> datetime | None:
        due_at = timezone.make_aware(datetime.combine(day, clock))
        if due_at <= now:
            self.add_error("day", _("That is over already."))
        return due_at


class WishesForm(forms.Form):
    """How to be told of each kind, and whether by e-mail too."""

    every = forms.ChoiceField(label=_("By e-mail"), choices=[("", _("Never")), *Digest.Every.choices], required=False)
    weekday = forms.TypedChoiceField(
        label=_("On"), coerce=int, choices=[(str(number), name) for number, name in WEEKDAYS.items()], initial=0
    )
    hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=[(str(hour), f"{hour:02}:00") for hour in range(24)], initial=8
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Way.choices, initial=USUAL[kind].value, widget=forms.RadioSelect
            )

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in Kind]

    def ways(self) -> dict[Kind, Way]:
        return {kind: Way(self.cleaned_data[kind.value]) for kind in Kind}
