"""Imports and their rehearsals in the background, spell by spell."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.imports.models import ImportRun, State
from rapport.imports.rehearse import rehearse_draft
from rapport.imports.revert import forget_traces, revert, weigh
from rapport.imports.run import run
from rapport.imports.watch import look_at_due, settle_ended
from rapport.journal.models import Event

SPELL_SECONDS = 15


@app.task(name="imports.go_on", priority=-10)
def go_on(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    for one in ImportRun.objects.filter(pk__in=event.subject_ids):
        if one.state == State.REHEARSING:
            rehearse_draft(one)
        elif one.state == State.RUNNING and run(one.pk, spell=SPELL_SECONDS).state == State.RUNNING:
            go_on.defer(event_id=event_id)
        elif one.state == State.WEIGHING:
            weigh(one.pk, at=timezone.now())
        elif (
            one.state == State.REVERTING
            and revert(one.pk, by=event.actor, spell=SPELL_SECONDS).state == State.REVERTING
        ):
            go_on.defer(event_id=event_id)


@app.periodic(cron="47 3 * * *")
@app.task(name="imports.forget", priority=-8, queueing_lock="imports.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001
    """What is too old to be taken back is no longer kept for it."""
    forget_traces(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="imports.watch", priority=-9, queueing_lock="imports.watch")
def watch(timestamp: int) -> None:  # noqa: ARG001
    """Folders are looked into as often as each asks for."""
    look_at_due(at=timezone.now())


@app.task(name="imports.settle", priority=-9)
def settle(event_id: int) -> None:
    """Imports ended: files of watched folders are put away with their reports."""
    settle_ended(Event.objects.get(pk=event_id).subject_ids, at=timezone.now())
