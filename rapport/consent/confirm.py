"""Ask the owner of an address to confirm a yes, and take the confirmation (double opt-in)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.consent.ledger import Consent, Said
from rapport.consent.links import Link, What
from rapport.consent.lock import ALONE, hold
from rapport.consent.models import Message
from rapport.consent.purpose import SERVICE
from rapport.consent.say import Word, say
from rapport.consent.sender import sender
from rapport.consent.standing import Question, standing
from rapport.consent.write import Draft, write
from rapport.customers.models import Identifier, Member
from rapport.timeline.models import ChannelChoice

# Whoever types a stranger's address into a form again and again sends them one mail a day, not a hundred.
PAUSE = timedelta(days=1)


def ask(consent_ids: Iterable[int], *, at: datetime) -> None:
    """Write to each address that waits for a confirmation, once a day at most."""
    waiting = Consent.objects.filter(pk__in=list(consent_ids), said=Said.ASKED, channel=ChannelChoice.EMAIL)
    for one in waiting.select_related("purpose", "wording").order_by("pk"):
        ask_for(one, at=at)


@transaction.atomic
def ask_for(asked: Consent, *, at: datetime) -> Message | None:
    """The mail that asks, unless the word is old or its address was asked within a day."""
    if asked.kept_at < at - PAUSE:
        return None
    hold([asked.key], ALONE)
    same = Consent.objects.filter(key=asked.key, purpose=asked.purpose, channel=asked.channel, said=Said.ASKED)
    if same.filter(pk__lt=asked.pk, kept_at__gt=at - PAUSE).exists():
        return None
    owner = owner_of(asked.key, asked.way)
    link = Link(What.CONFIRM, asked.channel, asked.value, asked.pk)
    with translation.override(language_of(owner)):
        draft = Draft(
            (asked.value,),
            _("Please confirm: %(purpose)s") % {"purpose": asked.purpose},
            body_of(asked, link.address_of("confirm")),
            purpose=SERVICE,
        )
    return write(draft, sender(), key=f"confirm:{asked.pk}", member=owner, by=None, due_at=at, at=at)


def body_of(asked: Consent, address: str) -> str:
    told = {"address": asked.value, "purpose": asked.purpose, "link": address}
    words = f"\n\n“{asked.wording.text}”" if asked.wording else ""
    return (
        _("Somebody, we hope you, asked for “%(purpose)s” to %(address)s.") % told
        + words
        + "\n\n"
        + _("If that was you, please confirm it here within 14 days:\n%(link)s") % told
        + "\n\n"
        + _("If not, do nothing: without your confirmation nothing is sent.")
        + "\n"
    )


def owner_of(key: str, way: str) -> Member | None:
    """The member who has this address alone, so that what is done about it is done for them."""
    held = Identifier.objects.filter(kind=way, key=key).exclude(strength="weak")
    found = held.select_related("member__customer").first()
    return found.member if found else None


def language_of(owner: Member | None) -> str:
    """A language of ours that they read; where that is not known, the one that is spoken now."""
    language = owner.customer.language.partition("-")[0].lower() if owner else ""
    if language in dict(settings.LANGUAGES):
        return language
    return translation.get_language() or settings.LANGUAGE_CODE


@transaction.atomic
def confirm(asked: Consent, *, at: datetime) -> Consent:
    """The yes that follows from the link; the one there is when it was confirmed before."""
    hold([asked.key], ALONE)
    question = Question(asked.purpose_id, asked.channel, asked.key)
    known = standing([question], at=at)[question]
    if known.granted and known.consent and known.consent.at >= asked.at:
        return known.consent
    day = date_format(localtime(asked.at), "DATETIME_FORMAT")
    proof = f"Confirmed by the link sent there; asked on {day} by {asked.source}. {asked.evidence}"
    return say(
        Word(
            asked.purpose,
            asked.value,
            Said.GRANTED,
            channel=asked.channel,
            source="double opt-in",
            evidence=proof,
            wording=asked.wording,
            guardian=asked.guardian,
            proven=True,
        ),
        by=None,
        at=at,
    )
