"""What can be written down at home: a task of one's own."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TaskForm(forms.Form):
    """What is to do, and by which day."""

    title = forms.CharField(
        label=_("New task"),
        max_length=400,
        widget=forms.TextInput(attrs={"placeholder": _("What is to do?"), "autocomplete": "off"}),
    )
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def due_at(self) -> datetime | None:
        """The beginning of the day that was chosen, in the reader's zone."""
        day: date | None = self.cleaned_data["due"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None
