"""Strike words out that were written down by mistake: what was said before them counts again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from rapport.consent.ledger import Consent, Said
from rapport.consent.lock import alone
from rapport.consent.say import BATCH
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def strike(ids: Collection[int], *, evidence: str, by: User | None, at: datetime) -> int:
    """How many of these words were struck out. Nothing is deleted: what was sent on their ground can still be explained."""
    stand = Consent.objects.filter(pk__in=ids, strike=None).exclude(said=Said.STRUCK)
    alone(set(stand.values_list("key", flat=True)))
    # Read again behind the locks: somebody else may have struck them out.
    made = Consent.objects.bulk_create(
        (
            Consent(
                purpose_id=one.purpose_id,
                channel=one.channel,
                way=one.way,
                key=one.key,
                value=one.value,
                said=Said.STRUCK,
                at=at,
                source=one.source,
                evidence=evidence[:1_000],
                strikes=one,
                by=by,
                kept_at=at,
            )
            for one in stand.all()
        ),
        batch_size=BATCH,
    )
    if made:
        record(Fact.CONSENTS_CHANGED, [one.pk for one in made], by=by, at=at)
    return len(made)
