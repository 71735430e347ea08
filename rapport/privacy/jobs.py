"""What is old goes at night, in spells, so that nobody waits for it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.privacy.retain import run_all

SPELL_SECONDS = 30


@app.periodic(cron="17 2 * * *")
@app.task(name="privacy.retain", priority=-9, queueing_lock="privacy.retain")
def retain(timestamp: int) -> None:
    if not run_all(at=timezone.now(), spell=SPELL_SECONDS):
        retain.defer(timestamp=timestamp)  # type: ignore[call-arg]
