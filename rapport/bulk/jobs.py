"""Bulk changes in the background, spell by spell."""

from contextlib import suppress

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from rapport.bulk.export import let_go
from rapport.bulk.models import BulkRun, State
from rapport.bulk.run import run
from rapport.bulk.take_back import take_run_back
from rapport.journal.models import Event
from rapport.lib.disk import is_full

SPELL_SECONDS = 15


@app.task(name="bulk.go_on", priority=-5)
def go_on(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    for one in BulkRun.objects.select_related("by").filter(pk__in=event.subject_ids):
        try:
            now = one_spell(one, event)
        except (DatabaseError, OSError) as problem:
            if is_full(problem):
                note_full(one)
            raise
        if now.busy:
            go_on.defer(event_id=event_id)


def one_spell(one: BulkRun, event: Event) -> BulkRun:
    if one.state == State.UNDOING:
        return take_run_back(one.pk, by=event.actor, spell=SPELL_SECONDS)
    return run(one.pk, spell=SPELL_SECONDS)


def note_full(one: BulkRun) -> None:
    """Say why it stands still, where there is still room for that; the worker tries again by itself."""
    with suppress(DatabaseError), override(one.by.language):
        words = _("The disk of the database is full. It goes on by itself once there is room.")
        BulkRun.objects.filter(pk=one.pk, state__in=BulkRun.BUSY).update(trouble=words)


@app.periodic(cron="17 3 * * *")
@app.task(name="bulk.let_go", priority=-8, queueing_lock="bulk.let_go")
def forget(timestamp: int) -> None:  # noqa: ARG001
    """Files that were handed out, and what runs kept to be taken back, go when their time is over."""
    let_go(at=timezone.now())
