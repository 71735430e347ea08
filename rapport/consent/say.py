"""Write down what somebody said about a purpose: a yes, a no, that they take it back, that they were asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from rapport.consent.ledger import Consent, Said
from rapport.consent.lock import ALONE, hold
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.ways import WAY_OF, keyed
from rapport.customers.models import BY_HAND
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice


@dataclass(frozen=True)
class Word:
    """What was said. `at` is when, if not now; a yes without `until` lasts as long as its purpose says.

    `proven` is a yes that its owner confirmed, or that needs no confirmation, such as one on paper.
    """

    purpose: Purpose
    address: str
    said: Said
    channel: str = ChannelChoice.EMAIL.value
    source: str = BY_HAND
    evidence: str = ""
    wording: Wording | None = None
    guardian: str = ""
    at: datetime | None = None
    until: datetime | None = None
    proven: bool = False


@transaction.atomic
def say(word: Word, *, by: User | None, at: datetime) -> Consent:
    """The word as it is kept; once the transaction of a no is through, nothing leaves for that purpose any more.

    Waits for what is on its way at this moment. A yes to a purpose that asks for a confirmation only counts as
    *asked*, unless it is proven. Raises NotAnIdentifier; ValueError when it is said to be of the future.
    """
    purpose, when = word.purpose, word.at or at
    if when > at:
        raise ValueError(when)
    way = WAY_OF[word.channel]
    key, value = keyed(word.address, way)
    hold([key], ALONE)
    said = word.said
    if said == Said.GRANTED and purpose.confirmed and not word.proven:
        said = Said.ASKED
    if word.at is None:
        when = not_before(when, purpose, word.channel, key)
    lasts = timedelta(days=purpose.lasts_days) if purpose.lasts_days and said == Said.GRANTED else None
    made = Consent.objects.create(
        purpose=purpose,
        channel=word.channel,
        way=way,
        key=key,
        value=value,
        said=said,
        at=when,
        until=word.until or (when + lasts if lasts else None),
        source=word.source[:100],
        wording=word.wording,
        evidence=word.evidence[:1_000],
        guardian=word.guardian[:200],
        by=by,
        kept_at=at,
    )
    record(Fact.CONSENTS_CHANGED, [made.pk], by=by, at=at)
    return made


def not_before(at: datetime, purpose: Purpose, channel: str, key: str) -> datetime:
    """Clocks of several machines differ: what is said now is not older than what was said before."""
    words = Consent.objects.filter(purpose=purpose, channel=channel, key=key)
    last = words.aggregate(last=Max("at"))["last"]
    return max(at, last) if last else at


def wording_of(purpose: Purpose) -> Wording | None:
    """The words in which people are asked now."""
    return purpose.wordings.order_by("-version").first()
