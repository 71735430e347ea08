"""Record a business fact: one event, its jobs and one nudge to live pages, in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from rapport.journal.models import Event, Fact
from rapport.people.models import User

CHANNEL = "rapport"


@transaction.atomic
def record(
    fact: Fact, ids: Iterable[int], *, by: User | None, at: datetime | None = None, **details: str | int
) -> Event:
    """Write ``fact`` about ``ids`` once and defer what ``flow.py`` says follows from it."""
    event = Event.objects.create(
        kind=fact, subject_ids=sorted(set(ids)), actor=by, at=at or timezone.now(), details=details
    )
    for job in import_string(settings.FLOW).get(fact, ()):
        job.defer(event_id=event.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(event.pk)])
    return event
