"""Signed links by which people decide about their mail without signing in; nobody else can make one."""

from dataclasses import astuple, dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "rapport.consent.link"


class What(StrEnum):
    """What a link lets one do, each for a time of its own."""

    CHOOSE = "c"
    CONFIRM = "y"


# Laws ask that a link in a mail works for weeks; people find old mails after a year.
LASTS = {What.CHOOSE: timedelta(days=730), What.CONFIRM: timedelta(days=14)}


@dataclass(frozen=True)
class Link:
    """To whom a link was sent. `about` is the purpose of the mail it stands in, or the word that it confirms."""

    what: What
    channel: str
    address: str
    about: int

    @property
    def token(self) -> str:
        return signing.dumps(list(astuple(self)), salt=SALT, compress=False)

    def address_of(self, name: str) -> str:
        """The whole address of a page of ours that this link opens."""
        ours = settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"
        return f"{ours}{reverse(f'consent:{name}', args=[self.token])}"


def opened(token: str, what: What) -> Link | None:
    """The link as it was signed; none when it is forged, of another kind, or too old."""
    try:
        kind, channel, address, about = signing.loads(token, salt=SALT, max_age=LASTS[what])
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Link(what, channel, address, about) if kind == what else None
