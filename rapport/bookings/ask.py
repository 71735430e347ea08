"""What a guest is asked, and the token that says when the form was shown."""

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.bookings.models import BookingLink
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.lib.zones import zones

SALT = "rapport booking form"
QUICKEST, OLDEST = 2, 24 * 3600


class GuestForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.CharField(
        label=_("E-mail"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    words = forms.CharField(
        label=_("What it is about"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip()
        try:
            normalise("email", email)
        except NotAnIdentifier as problem:
            raise ValidationError(_("This is no e-mail address.")) from problem
        return email


def known_zone(name: str, usual: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(name) if name == "UTC" or any(name in names for names in zones().values()) else usual


def moment(text: str) -> datetime | None:
    """A moment of the address or the form, with its zone; none when it is no moment."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None


def new_token(link: BookingLink) -> str:
    return signing.dumps([link.slug, secrets.token_urlsafe(12)], salt=SALT)


def nonce_of(link: BookingLink, token: Any) -> str:
    """Of which showing of the form it was sent; empty when nobody could have filled it in since, or it is too old."""
    try:
        slug, nonce = signing.loads(str(token)[:500], salt=SALT, max_age=OLDEST)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    try:
        signing.loads(str(token)[:500], salt=SALT, max_age=QUICKEST)
    except signing.SignatureExpired:
        return str(nonce) if slug == link.slug else ""
    return ""
