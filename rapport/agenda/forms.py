"""What is asked for a task, and for a call, from which a task may follow."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.inbound import Direction
from rapport.people.models import User
from rapport.timeline.log_call import Call

AHEAD = timedelta(minutes=5)


class TaskForm(forms.Form):
    """A task in one line: what, by when, for whom. A due day without an hour is that day's beginning."""

    title = forms.CharField(label=_("What is to do"), max_length=400)
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    due_time = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    assignee = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"), label=_("For"), empty_label=None
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["assignee"]
        if isinstance(chosen, forms.ModelChoiceField) and not self.is_bound:
            # Read once, not each time that the field is drawn.
            chosen.choices = [(one.pk, str(one)) for one in chosen.queryset or ()]

    def due_at(self) -> datetime | None:
        """The moment in the reader's zone."""
        day, clock = self.cleaned_data["due_on"], self.cleaned_data["due_time"]
        return timezone.make_aware(datetime.combine(day, clock or time.min)) if day else None


def fresh_key() -> str:
    return str(uuid.uuid4())


class CallForm(forms.Form):
    """A call, and what follows from it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    direction = forms.ChoiceField(
        label=_("Who called"),
        choices=[(Direction.INBOUND, _("They called")), (Direction.OUTBOUND, _("We called"))],
        initial=Direction.INBOUND,
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(label=_("What it was about"), max_length=300)
    text = forms.CharField(
        label=_("What was said"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1_440, required=False)
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    follow_up = forms.CharField(label=_("Then"), max_length=400, required=False)
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean_at(self) -> datetime:
        at: datetime | None = self.cleaned_data["at"]
        now = timezone.now()
        if at and at > now + AHEAD:
            raise forms.ValidationError(_("That is still to come."))
        return at or now

    def call(self) -> Call:
        given = self.cleaned_data
        return Call(Direction(given["direction"]), given["subject"], given["text"], given["minutes"], given["at"])

    def due_at(self) -> datetime | None:
        day = self.cleaned_data["due_on"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None
