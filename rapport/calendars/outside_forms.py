"""What is asked for a calendar file, and for a calendar that is subscribed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.calendars.subscribe import Wish

NEWCOMERS = _("People whom nobody knows become customers")


class CalendarFileForm(forms.Form):
    file = forms.FileField(label=_("Calendar file"))
    newcomers = forms.BooleanField(label=NEWCOMERS, required=False)


class SubscribeForm(forms.Form):
    address = forms.CharField(
        label=_("Address of the calendar"),
        max_length=2_000,
        help_text=_("The secret address in iCal format that your calendar program gives out; it is kept sealed."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    newcomers = forms.BooleanField(label=NEWCOMERS, required=False)

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["address"], given["name"], given["newcomers"])
