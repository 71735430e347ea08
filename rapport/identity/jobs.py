"""Duplicates are looked for when customers came or changed, and among all when asked for, a batch at a time."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.identity.compare_all import go_on
from rapport.identity.suspect import suspect
from rapport.journal.models import Event

BATCH = 500
# Other fields make nobody more alike.
COMPARED = frozenset({"name", "first_name", "last_name", "street", "postcode", "city"})
SPELL_SECONDS = 15


@app.task(name="identity.suspect_duplicates", priority=-11)
def suspect_duplicates(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    if "only" in event.details and COMPARED.isdisjoint(event.details["only"].split()):
        return
    for batch in event.batches(of=BATCH):
        suspect(batch, at=timezone.now())


@app.task(name="identity.compare_all", priority=-12)
def compare_all(event_id: int) -> None:
    for sweep_id in Event.objects.get(pk=event_id).subject_ids:
        if go_on(sweep_id, spell=SPELL_SECONDS).under_way:
            compare_all.defer(event_id=event_id)
