"""Write down what somebody said about a purpose: a yes, a no, that they take it back, that they were asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from rapport.consent.ledger import Consent, Said
from rapport.consent.lock import alone
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.standing import Question
from rapport.consent.ways import WAY_OF, keyed
from rapport.customers.models import BY_HAND
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice

BATCH = 2_000


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

    @property
    def question(self) -> Question:
        """What it answers. Raises NotAnIdentifier."""
        return Question(self.purpose.pk, self.channel, keyed(self.address, WAY_OF[self.channel])[0])


def say(word: Word, *, by: User | None, at: datetime) -> Consent:
    """The word as it is kept; once the transaction of a no is through, nothing leaves for that purpose any more.

    Waits for what is on its way at this moment. A yes to a purpose that asks for a confirmation only counts as
    *asked*, unless it is proven. Raises NotAnIdentifier; ValueError when it is said to be of the future.
    """
    return say_all([word], by=by, at=at)[0]


@transaction.atomic
def say_all(words: Sequence[Word], *, by: User | None, at: datetime) -> list[Consent]:
    """As `say`, for many in a fixed number of queries; all of them or none."""
    future = next((one.at for one in words if one.at and one.at > at), None)
    if future:
        raise ValueError(future)
    alone({one.question.key for one in words})
    said_last = last(one.question for one in words if one.at is None)
    fresh = [as_kept(one, said_last, by=by, at=at) for one in words]
    made = Consent.objects.bulk_create(fresh, batch_size=BATCH)
    if made:
        record(Fact.CONSENTS_CHANGED, [one.pk for one in made], by=by, at=at)
    return made


def as_kept(word: Word, said_last: Mapping[Question, datetime], *, by: User | None, at: datetime) -> Consent:
    purpose, way = word.purpose, WAY_OF[word.channel]
    key, value = keyed(word.address, way)
    said = word.said
    if said == Said.GRANTED and purpose.confirmed and not word.proven:
        said = Said.ASKED
    # Clocks of several machines differ: what is said now is not older than what was said before.
    when = word.at or max(at, said_last.get(word.question, at))
    lasts = timedelta(days=purpose.lasts_days) if purpose.lasts_days and said == Said.GRANTED else None
    return Consent(
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


def last(questions: Iterable[Question]) -> dict[Question, datetime]:
    """When something was said to each of these the last time."""
    asked = set(questions)
    if not asked:
        return {}
    words = Consent.objects.filter(
        key__in={one.key for one in asked},
        purpose__in={one.purpose_id for one in asked},
        channel__in={one.channel for one in asked},
    )
    found = words.order_by().values_list("purpose", "channel", "key").annotate(last=Max("at"))
    return {Question(purpose, channel, key): moment for purpose, channel, key, moment in found}


def wording_of(purpose: Purpose) -> Wording | None:
    """The words in which people are asked now."""
    return purpose.wordings.order_by("-version").first()
