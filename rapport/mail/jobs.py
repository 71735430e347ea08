"""Mail files in the background, spell by spell."""

from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.mail.models import MailFile, State
from rapport.mail.run import run

SPELL_SECONDS = 15


@app.task(name="mail.go_on", priority=-10)
def go_on(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    for one in MailFile.objects.filter(pk__in=event.subject_ids, state=State.RUNNING):
        if run(one.pk, spell=SPELL_SECONDS).state == State.RUNNING:
            go_on.defer(event_id=event_id)
