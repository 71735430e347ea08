"""Record a business fact: one event, its jobs and one nudge to live pages, in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from rapport.journal.models import Event, Fact
from rapport.lib.copying import as_array, as_json
from rapport.lib.origin import origin
from rapport.people.models import User

CHANNEL = "rapport"
# Under which name the place stands among the details.
ORIGIN = "from"


# No savepoint: what goes wrong here takes along what it would have told of.
@transaction.atomic(savepoint=False)
def record(
    fact: Fact, ids: Iterable[int], *, by: User | None, at: datetime | None = None, **details: str | int
) -> Event:
    """Write ``fact`` about ``ids`` once, with the place it was done from, and defer what ``flow.py`` says follows from it."""
    told: dict[str, object] = {**details, **({ORIGIN: here} if (here := origin()) else {})}
    event = write(Event(kind=fact, subject_ids=sorted(set(ids)), actor=by, at=at or timezone.now(), details=told))
    for job in import_string(settings.FLOW).get(fact, ()):
        job.defer(event_id=event.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(event.pk)])
    return event


def write(event: Event) -> Event:
    """``event`` in the database; its ids, which may be thousands, go as one string."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO journal_event (kind, subject_ids, actor_id, at, details)
               VALUES (%s, %s::bigint[], %s, %s, %s::jsonb) RETURNING id""",
            [event.kind, as_array(event.subject_ids), event.actor_id, event.at, as_json(event.details)],
        )
        (event.pk,) = cursor.fetchone()
    return event
