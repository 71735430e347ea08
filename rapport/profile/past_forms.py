"""Which past day is asked for."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.timeline.forms import DAY_IN


class DayForm(forms.Form):
    """The end of a day that is over, in the reader's zone; of today it is this moment."""

    day = forms.DateField(label=_("As of the end of"), widget=DAY_IN)
    known = forms.BooleanField(label=_("Only what had reached us by then"), required=False)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


def end_of(day: date, *, now: datetime) -> datetime:
    """The moment at which ``day`` is over where its reader is, or ``now`` while it is not; the first days of all as they are."""
    try:
        midnight = datetime.combine(day + timedelta(days=1), time.min)
        return min(timezone.make_aware(midnight), now)
    except OverflowError:
        return now
