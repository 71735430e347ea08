"""What a signed link is about; whoever holds it was sent it, so no reader is asked for."""

from rapport.consent.ledger import Consent, Said
from rapport.consent.links import Link
from rapport.consent.purpose import Purpose


def purpose_by(link: Link) -> Purpose | None:
    return Purpose.objects.filter(pk=link.about).first()


def asked_by(link: Link) -> Consent | None:
    words = Consent.objects.filter(pk=link.about, said=Said.ASKED).select_related("purpose", "wording")
    return words.first()
