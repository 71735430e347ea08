"""What is old goes at night, in spells; packs are made and people erased where nobody waits for it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.privacy.erase import run as erase_one
from rapport.privacy.incident_letter import put_on_their_way
from rapport.privacy.models import RetainRun
from rapport.privacy.pack_make import let_packs_go, make
from rapport.privacy.retain import go_on, run_all

SPELL_SECONDS = 30


@app.periodic(cron="17 2 * * *")
@app.task(name="privacy.retain", priority=-9, queueing_lock="privacy.retain", lock="privacy.retain")
def retain(timestamp: int) -> None:
    if not run_all(at=timezone.now(), spell=SPELL_SECONDS):
        retain.defer(timestamp=timestamp)  # type: ignore[call-arg]


@app.task(name="privacy.retain_ordered", priority=-6, lock="privacy.retain")
def retain_ordered(event_id: int) -> None:
    for run in RetainRun.objects.filter(pk__in=Event.objects.get(pk=event_id).subject_ids):
        if not go_on(run, at=timezone.now(), spell=SPELL_SECONDS):
            retain_ordered.defer(event_id=event_id)


@app.task(name="privacy.erase", priority=-5)
def erase(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        erase_one(pk)


@app.task(name="privacy.write_letters", priority=-3)
def write_letters(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        if put_on_their_way(pk, spell=SPELL_SECONDS):
            write_letters.defer(event_id=event_id)


@app.task(name="privacy.pack", priority=-5)
def pack(event_id: int) -> None:
    for pk in Event.objects.get(pk=event_id).subject_ids:
        make(pk)


@app.periodic(cron="47 3 * * *")
@app.task(name="privacy.let_packs_go", priority=-8, queueing_lock="privacy.let_packs_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    """A pack is everything about somebody in one file: it is kept for a week only."""
    let_packs_go(at=timezone.now())
