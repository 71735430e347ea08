"""A meeting with all who take part, as rows: before and after a change, to be taken back column by column."""

from datetime import datetime
from typing import Any

from django.db import models

from rapport.calendars.models import Guest, Host, Meeting
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.rows import Image, Written, rows_now
from rapport.people.models import User

# Calendars take over what is newer only, so these never go back.
FORWARD = ("sequence", "changed_at")
Picture = dict[tuple[type[models.Model], int], Image]


def picture(meeting: Meeting) -> Picture:
    """The rows as they stand now, locked."""
    ids: dict[type[models.Model], list[int]] = {
        Meeting: [meeting.pk],
        Guest: list(meeting.guests.values_list("pk", flat=True)),
        Host: list(meeting.hosts.values_list("pk", flat=True)),
    }
    return {(model, pk): image for model, keys in ids.items() for pk, image in rows_now(model, keys).items()}


def keep_meeting(meeting: Meeting, what: str, *, by: User | None, at: datetime, before: Picture | None = None) -> None:
    """Keep what was done with ``meeting``: planned, changed, cancelled or restored."""
    rows = written(before, picture(meeting)) if before is not None else []
    if before is not None and not rows:
        return
    guests = meeting.guests.values_list("member__customer", flat=True)
    back: dict[str, Any] = {"meeting": meeting.pk, "rows": rows}
    keep(Deed.MEETING, guests, by=by, at=at, back=back, title=meeting.title, what=what)


def written(before: Picture, after: Picture) -> list[list[Any]]:
    """What differs, without what only goes forward."""
    found = []
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was and now:
            was = was | {name: now[name] for name in FORWARD if name in now}
        if was != now:
            found.append(Written(*key, was, now).kept)
    return found
