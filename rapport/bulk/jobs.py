"""Bulk changes in the background, spell by spell."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.bulk.export import let_go
from rapport.bulk.models import BulkRun, State
from rapport.bulk.run import run
from rapport.bulk.take_back import take_run_back
from rapport.journal.models import Event

SPELL_SECONDS = 15


@app.task(name="bulk.go_on", priority=-5)
def go_on(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    for one in BulkRun.objects.filter(pk__in=event.subject_ids):
        if one.state == State.UNDOING:
            now = take_run_back(one.pk, by=event.actor, spell=SPELL_SECONDS)
        else:
            now = run(one.pk, spell=SPELL_SECONDS)
        if now.busy:
            go_on.defer(event_id=event_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="bulk.let_go", priority=-8, queueing_lock="bulk.let_go")
def forget(timestamp: int) -> None:  # noqa: ARG001
    """Files that were handed out, and what runs kept to be taken back, go when their time is over."""
    let_go(at=timezone.now())
