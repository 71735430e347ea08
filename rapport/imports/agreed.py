"""What customers agreed to and refused, as columns of a file say it, each word with the row it stands in as its proof."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rapport.consent.ledger import Said
from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.consent.say import Word
from rapport.consent.ways import WAY_OF
from rapport.lib.identifiers import Identity
from rapport.lib.layouts import Row
from rapport.lib.values import NOTHING
from rapport.timeline.models import ChannelChoice

PREFIX, WHEN = "consent.", ".at"
SOURCE, EVIDENCE, CHANNEL = "consent_source", "consent_evidence", "consent_channel"
YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "ja",
        "j",
        "wahr",
        "si",
        "sí",
        "s",
        "oui",
        "o",
        "sim",
        "granted",
        "given",
        "agreed",
        "accepted",
        "opted-in",
        "optin",
        "opt-in",
        "subscribed",
        "eingewilligt",
        "zugestimmt",
        "angemeldet",
        "abonniert",
        "active",
        "✓",
        "✔",
    ]
)
NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "nein",
        "falsch",
        "non",
        "nao",
        "não",
        "denied",
        "refused",
        "declined",
        "rejected",
        "abgelehnt",
        "never",
    ]
)
BACK = frozenset(
    [
        "withdrawn",
        "revoked",
        "opted-out",
        "optout",
        "opt-out",
        "unsubscribed",
        "cancelled",
        "widerrufen",
        "abgemeldet",
        "zurückgezogen",
    ]
)
CHANNELS = {
    **{one: one for one in WAY_OF},
    **dict.fromkeys(["mail", "e-mail", "newsletter"], ChannelChoice.EMAIL.value),
    **dict.fromkeys(["text", "text message", "mobile", "whatsapp"], ChannelChoice.SMS.value),
    **dict.fromkeys(["call", "telephone", "telefon", "anruf"], ChannelChoice.PHONE.value),
}


class UnclearError(Exception):
    """Tells why a row's word can't be taken."""


def askable() -> list[Purpose]:
    """The purposes that people say yes or no to."""
    return [one for one in Purpose.objects.in_use() if one.may_be_refused and one.code != CORRESPONDENCE]


@dataclass(frozen=True)
class Columns:
    """Reads the columns of a plan that tell of consents."""

    purposes: Sequence[Purpose]
    text: Callable[[Row, str], str]
    moment: Callable[[Row, str], datetime | None]
    file: str
    source: str
    at: datetime
    allowed: bool = True

    def words(self, row: Row, identities: Sequence[Identity]) -> list[Word]:
        """What a row says. Raises UnclearError."""
        found = [word for purpose in self.purposes for word in self.of(purpose, row, identities)]
        if found and not self.allowed:
            raise UnclearError(_("You may not write consents down."))
        return found

    def of(self, purpose: Purpose, row: Row, identities: Sequence[Identity]) -> Iterable[Word]:
        told = self.text(row, PREFIX + purpose.code)
        if not told or told.casefold() in NOTHING - NO - YES:
            return
        said, at = self.understood(purpose, told, row)
        channel = self.channel(row)
        addresses = [one.value for one in identities if one.kind == WAY_OF[channel]]
        if not addresses:
            raise UnclearError(
                _("%(purpose)s: the row has no address of the kind that the consent is for") % {"purpose": purpose}
            )
        source, evidence = self.text(row, SOURCE), self.text(row, EVIDENCE)
        if said is Said.GRANTED and purpose.confirmed and not (at and (source or evidence)):
            raise UnclearError(
                _(
                    "%(purpose)s: a yes needs its date and its source or evidence, since this purpose has to be confirmed"
                )
                % {"purpose": purpose}
            )
        proof = f"File “{self.file}”, row {row.number}"
        # A yes is for the address that stands first; whoever refuses, does so wherever they are reached.
        for address in addresses[:1] if said is Said.GRANTED else addresses:
            yield Word(
                purpose,
                address,
                said,
                channel=channel,
                source=source or self.source,
                evidence=f"{evidence}; {proof}" if evidence else proof,
                at=at,
                proven=True,
            )

    def understood(self, purpose: Purpose, told: str, row: Row) -> tuple[Said, datetime | None]:
        """A date instead of a yes is the day of the yes."""
        at = self.moment(row, PREFIX + purpose.code + WHEN)
        word = " ".join(told.casefold().replace("_", "-").split()).replace("opted out", "opted-out")
        word = word.replace("opted in", "opted-in").replace("opt out", "opt-out").replace("opt in", "opt-in")
        said = Said.GRANTED if word in YES else Said.DENIED if word in NO else Said.WITHDRAWN if word in BACK else None
        if said is None and any(sign.isdigit() for sign in told):
            said, at = Said.GRANTED, at or self.day(purpose, told, row)
        if said is None:
            raise UnclearError(
                _("%(purpose)s: “%(text)s” is neither a yes nor a no") % {"purpose": purpose, "text": told[:60]}
            )
        if at and at > self.at:
            raise UnclearError(_("%(purpose)s: that moment is still to come") % {"purpose": purpose})
        return said, at

    def day(self, purpose: Purpose, told: str, row: Row) -> datetime:
        at = self.moment(row, PREFIX + purpose.code)
        if at is None:
            raise UnclearError(_("%(purpose)s: “%(text)s” is no date") % {"purpose": purpose, "text": told[:60]})
        return at

    def channel(self, row: Row) -> str:
        told = self.text(row, CHANNEL)
        found = CHANNELS.get(told.casefold() or ChannelChoice.EMAIL.value, "")
        if not found or found == ChannelChoice.POST:
            raise UnclearError(_("“%(text)s” is no channel that a consent is given for") % {"text": told[:60]})
        return found
