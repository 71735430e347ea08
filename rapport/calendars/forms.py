"""What is asked for a meeting or a call that is planned."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish
from rapport.people.models import User

DAY = timedelta(days=1)
USUAL, LONGEST = 60, 7 * 24 * 60


def fresh_key() -> str:
    return str(uuid.uuid4())


class MeetingForm(forms.Form):
    """When, where, about what; a day without an hour is a whole day. Customers are chosen beside it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    kind = forms.ChoiceField(label=_("What"), choices=Kind.choices, initial=Kind.MEETING, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=400)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(
        label=_("From"),
        required=False,
        help_text=_("Leave it empty for a whole day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=LONGEST, initial=USUAL, required=False)
    place = forms.CharField(label=_("Place or link"), max_length=1000, required=False)
    colleagues = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Colleagues"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Note"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["colleagues"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = User.objects.filter(is_active=True).order_by("name", "pk")

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not 1900 <= day.year <= 2200:  # noqa: PLR2004
            raise forms.ValidationError(_("Give a day that somebody will live to see."))
        return day

    def wish(self) -> Wish:
        given = self.cleaned_data
        whole = given["hour"] is None
        begin = timezone.make_aware(datetime.combine(given["day"], given["hour"] or time.min))
        minutes = USUAL if given["minutes"] is None else given["minutes"]
        end = (
            timezone.make_aware(datetime.combine(given["day"] + DAY, time.min))
            if whole
            else begin + timedelta(minutes=minutes)
        )
        return Wish(
            Kind(given["kind"]), given["title"], begin, end, str(given["key"]), whole, given["place"], given["note"]
        )


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(
        label=_("What came of it"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def said(meeting: Meeting) -> dict[str, object]:
    """What stands in the form of a meeting that is there already."""
    begin = timezone.localtime(meeting.starts_at)
    return {
        **{name: getattr(meeting, name) for name in ("kind", "title", "place", "note")},
        "day": begin.date(),
        "hour": None if meeting.whole_day else begin.time(),
        "minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
        if not meeting.whole_day
        else USUAL,
        "colleagues": list(meeting.hosts.values_list("user_id", flat=True)),
    }
