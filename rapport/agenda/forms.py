"""What is asked for a task."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User


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

    def due_at(self) -> datetime | None:
        """The moment in the reader's zone."""
        return due(self.cleaned_data)


class FollowUpForm(forms.Form):
    """What is to do after something else was written down; nothing, when the title stays empty."""

    follow_up = forms.CharField(label=_("Then"), max_length=400, required=False)
    due_on = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def due(given: dict[str, object]) -> datetime | None:
    day, clock = given.get("due_on"), given.get("due_time")
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, clock or time.min))
