"""Keep a web request that arrived, once, and let a job make something of it."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.webhooks.models import Arrival, Source

REFUSED_BYTES = 2_000
REFUSED_KEPT = 50


@transaction.atomic
def keep(source: Source, body: bytes, *, sent_id: str, at: datetime) -> Arrival:
    """The arrival; the one there was when the same request came before."""
    arrival, fresh = Arrival.objects.exclude(state=Arrival.State.REFUSED).get_or_create(
        source=source,
        digest=hashlib.sha256(sent_id.encode() + b"\0" + body).hexdigest(),
        defaults={"body": body, "sent_id": sent_id[:400], "at": at},
    )
    if fresh:
        record(Fact.WEB_REQUESTS_ARRIVED, [arrival.pk], by=None, at=at)
    else:
        Arrival.objects.filter(pk=arrival.pk).update(repeats=F("repeats") + 1)
    return arrival


def keep_refused(source: Source, body: bytes, *, why: str, at: datetime) -> None:
    """The beginning of it, and only of the last few: whoever can't sign must not fill the disk."""
    digest = hashlib.sha256(body).hexdigest()
    Arrival.objects.create(
        source=source, digest=digest, body=body[:REFUSED_BYTES], state=Arrival.State.REFUSED, why=why, at=at
    )
    refused = Arrival.objects.filter(source=source, state=Arrival.State.REFUSED).order_by("-pk")
    refused.filter(pk__lte=(refused.values_list("pk", flat=True)[REFUSED_KEPT : REFUSED_KEPT + 1] or [0])[0]).delete()


@transaction.atomic
def try_again(arrivals: list[int], *, at: datetime) -> int:
    """Read again what was not understood, now that the mapping was mended; how many."""
    waiting = Arrival.objects.filter(pk__in=arrivals, state=Arrival.State.UNCLEAR).select_for_update()
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        Arrival.objects.filter(pk__in=ids).update(state=Arrival.State.WAITING, why="")
        record(Fact.WEB_REQUESTS_ARRIVED, ids, by=None, at=at)
    return len(ids)
