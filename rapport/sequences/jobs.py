"""Steps by the clock, and what ends courses."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.consent.ledger import Consent
from rapport.consent.models import Suppression
from rapport.journal.models import Event
from rapport.sequences import hear
from rapport.sequences.step_on import step_on_due


@app.periodic(cron="* * * * *")
@app.task(name="sequences.step", priority=-5, queueing_lock="sequences.step")
def step(timestamp: int) -> None:  # noqa: ARG001
    step_on_due(at=timezone.now())


@app.task(name="sequences.hear", priority=7)
def hear_interactions(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=1_000):
        hear.hear_interactions(batch, at=timezone.now())


@app.task(name="sequences.hear_meetings", priority=7)
def hear_meetings(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=1_000):
        hear.hear_meetings(batch, at=timezone.now())


@app.task(name="sequences.hear_deals", priority=5)
def hear_deals(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=1_000):
        hear.hear_deals(batch, at=timezone.now())


@app.task(name="sequences.hear_leads", priority=5)
def hear_leads(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=1_000):
        hear.hear_leads(batch, at=timezone.now())


@app.task(name="sequences.hear_messages", priority=5)
def hear_messages(event_id: int) -> None:
    for batch in Event.objects.get(pk=event_id).batches(of=1_000):
        hear.hear_messages(batch, at=timezone.now())


@app.task(name="sequences.hear_consents", priority=7)
def hear_consents(event_id: int) -> None:
    said = Consent.objects.filter(pk__in=Event.objects.get(pk=event_id).subject_ids)
    hear.hear_words(list(said.values_list("key", flat=True)), at=timezone.now())


@app.task(name="sequences.hear_suppressions", priority=7)
def hear_suppressions(event_id: int) -> None:
    said = Suppression.objects.filter(pk__in=Event.objects.get(pk=event_id).subject_ids)
    hear.hear_words(list(said.values_list("key", flat=True)), at=timezone.now())


@app.task(name="sequences.hear_merged", priority=3)
def hear_merged(event_id: int) -> None:  # noqa: ARG001
    hear.hear_merged(at=timezone.now())
