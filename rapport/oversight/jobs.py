"""When the rules of territories changed, every customer is placed anew, a spell at a time."""

from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.oversight.map_out import go_on

SPELL_SECONDS = 15


@app.task(name="oversight.place_anew", priority=-2)
def place_anew(event_id: int) -> None:
    for placing_id in Event.objects.get(pk=event_id).subject_ids:
        if go_on(placing_id, spell=SPELL_SECONDS):
            place_anew.defer(event_id=event_id)
