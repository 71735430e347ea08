"""Compare all customers with each other, also those who were there before the queue of duplicates, batch by batch."""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.identity.models import Crowd, Sweep
from rapport.identity.suspect import suspect
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

STARTING = 731_003
BATCH = 500


@transaction.atomic
def begin(*, by: User | None, at: datetime) -> Sweep:
    """A new sweep; where one is under way, that one goes on, also when it had got stuck."""
    with connection.cursor() as cursor:
        # One at a time: two administrators who press at once start one sweep.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STARTING])
    sweep = Sweep.objects.under_way().first()
    if sweep is None:
        everybody = Customer.objects.living().aggregate(total=Count("pk"), last=Max("pk"))
        total, last = everybody["total"], everybody["last"] or 0
        sweep = Sweep.objects.create(by=by, started_at=at, moved_at=at, total=total, last=last)
    record(Fact.SWEEP_STARTED, [sweep.pk], by=by, at=at)
    return sweep


def go_on(sweep_id: int, *, spell: float) -> Sweep:
    """Go on for so many seconds. Running twice at once is harmless: each batch is one's or the other's."""
    begun = time.monotonic()
    sweep = compare_batch(sweep_id, at=timezone.now())
    while sweep.under_way and time.monotonic() - begun < spell:
        sweep = compare_batch(sweep_id, at=timezone.now())
    return sweep


@transaction.atomic
def compare_batch(sweep_id: int, *, at: datetime) -> Sweep:
    """The next customers, and the new place in the same transaction."""
    sweep = Sweep.objects.select_for_update().get(pk=sweep_id)
    if not sweep.under_way:
        return sweep
    rows = Customer.objects.living().filter(pk__gt=sweep.reached, pk__lte=sweep.last)
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if batch:
        suspect(batch, at=at)
        sweep.reached, sweep.compared = batch[-1], sweep.compared + len(batch)
    else:
        sweep.ended_at = at
        # Everybody was asked: what was not told of again is a crowd no more.
        Crowd.objects.filter(at__lt=sweep.started_at).delete()
    sweep.moved_at = at
    sweep.save(update_fields=["reached", "compared", "moved_at", "ended_at"])
    return sweep


@transaction.atomic
def stop(*, at: datetime) -> bool:
    """Stop behind the batch that is being compared; what was found stays. False when none was under way."""
    return bool(Sweep.objects.under_way().update(stopped=True, ended_at=at))
