"""What the first-run guide asks, a question at a time."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from rapport.lib.names import clean
from rapport.people.choices import countries, languages, time_zones

LONGEST_LIST = 100


class FoundingForm(forms.Form):
    """The organisation and its first administrator."""

    organisation = forms.CharField(label=_("Name of your organisation"), max_length=200)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries,
        help_text=_("Phone numbers without a prefix are read as from there."),
    )
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("Ten characters or more. A short sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


class PlaceForm(forms.Form):
    """Which language and which clock."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)


class TeamsForm(forms.Form):
    """Teams, one a line."""

    teams = forms.CharField(
        label=_("Teams, one a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Agents see the customers of their own team and those that belong to no team."),
    )

    def clean_teams(self) -> list[str]:
        names = [clean(line)[:200] for line in str(self.cleaned_data["teams"]).splitlines()]
        return list(dict.fromkeys(name for name in names if name))[:LONGEST_LIST]
