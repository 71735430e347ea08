"""What is asked of whoever wants an address to be told."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.channels.http import HttpError, parsed
from rapport.journal.models import Fact
from rapport.people.models import Team, User
from rapport.timeline.models import ChannelChoice
from rapport.webhooks.models import TOLD, Subscription
from rapport.webhooks.subscribe import Wanted


class SubscriptionForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("Begins with https:// and is reached from the internet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    facts = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(fact.value, fact.label) for fact in TOLD],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(
        label=_("Interactions only on"), required=False, choices=[("", _("every channel")), *ChannelChoice.choices]
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Only customers of"), required=False, empty_label=_("every team")
    )

    def __init__(self, sent: Any, reader: User, subscription: Subscription | None = None) -> None:
        names = ("name", "address", "facts", "channel", "team")
        super().__init__(sent, initial={name: getattr(subscription, name) for name in names} if subscription else {})
        self.fields["team"].queryset = Team.objects.visible_to(reader).order_by("name")  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        return checked_address(str(self.cleaned_data["address"]))

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(said["name"], said["address"], said["facts"], said["channel"], said["team"])


def checked_address(text: str) -> str:
    """Whom the name stands for is asked at every delivery; here only what can be said without asking."""
    try:
        url = parsed(text)
    except HttpError as problem:
        raise ValidationError(_("This is no web address.")) from problem
    if url.scheme != "https" and not settings.OUTBOUND_ALLOW:
        raise ValidationError(_("It must begin with https://, so that nobody reads along."))
    if url.userinfo:
        raise ValidationError(_("Leave out user name and password: messages are signed."))
    return str(url)


FACTS = frozenset(Fact(fact).value for fact in TOLD)
