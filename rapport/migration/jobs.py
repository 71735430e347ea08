"""The queue goes on with migrations: a rehearsal, the next import, the one before."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.imports.models import State
from rapport.journal.models import Event
from rapport.migration.models import Migration
from rapport.migration.rehearse import rehearse_migration
from rapport.migration.run import go_ahead, go_back


@app.task(name="migration.rehearse", priority=-10)
def rehearse(event_id: int) -> None:
    for one in Migration.objects.filter(pk__in=Event.objects.get(pk=event_id).subject_ids, state=State.REHEARSING):
        rehearse_migration(one, at=timezone.now())


@app.task(name="migration.go_ahead", priority=-9)
def ahead(event_id: int) -> None:
    """Imports ended: the next of their migration begins."""
    go_ahead(Event.objects.get(pk=event_id).subject_ids, at=timezone.now())


@app.task(name="migration.go_back", priority=-9)
def back(event_id: int) -> None:
    """Imports were taken back: the one before in their migration follows."""
    event = Event.objects.get(pk=event_id)
    go_back(event.subject_ids, by=event.actor, at=timezone.now())
