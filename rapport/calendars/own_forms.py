"""What is asked for somebody's own calendar at a server."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.calendars.own_calendar import OwnCalendar
from rapport.channels.caldav import Account, Found


class AccountForm(forms.Form):
    """Where to sign in, and which calendar; those of the account are offered once it was tried."""

    server = forms.CharField(
        label=_("Address of the server"),
        max_length=1_000,
        help_text=_("As your calendar program knows it (CalDAV), such as https://cloud.example/remote.php/dav."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    login = forms.CharField(label=_("User name"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    secret = forms.CharField(
        label=_("Password"),
        max_length=1_000,
        required=False,
        help_text=_("Best one for this purpose alone (app password). It is kept sealed and not shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    calendar = forms.ChoiceField(label=_("Calendar"), required=False)

    def __init__(self, sent: Any, known: OwnCalendar | None = None, *, keeps: bool = False) -> None:
        initial = {"server": known.server, "login": known.login, "calendar": known.address} if known else {}
        super().__init__(sent, initial=initial)
        # Kept or typed just before, it need not be typed again.
        self.fields["secret"].required = known is None and not keeps
        self.offer([Found(known.address, known.name)] if known and known.address else [])

    def offer(self, found: list[Found]) -> None:
        """Only what the server itself names can be chosen."""
        field = self.fields["calendar"]
        if isinstance(field, forms.ChoiceField):
            # A fresh widget each time: before anything is known, there is nothing to choose.
            field.widget = forms.Select() if found else forms.HiddenInput()
            field.choices = [(one.address, one.name) for one in found]

    def account(self, known: str) -> Account:
        given = self.cleaned_data
        return Account(given["server"].strip(), given["login"].strip(), given["secret"] or known)
