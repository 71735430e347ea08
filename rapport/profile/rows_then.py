"""Tell the rows of a table as they stood at a past moment, from the history that the database keeps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from rapport.profile.history import history_model


def rows_then(model: type[models.Model], where: Q, *, at: datetime) -> Iterator[Any]:
    """Rows, or earlier ones out of the history, that fit ``where`` now or fitted it; in two queries.

    What became of a row first after ``at`` says how it stood: one that was added later is left out, one that was
    changed or deleted later is told as it was before. What was created later is left out, too.
    """
    history = history_model(model).objects.filter(where, pgh_created_at__gt=at)
    later = history.order_by("pgh_obj_id", "pgh_created_at", "pgh_id").distinct("pgh_obj_id")
    first_after = {event.pgh_obj_id: event for event in later}
    now = list(model._default_manager.filter(where))  # noqa: SLF001
    for row in now:
        if getattr(row, "created_at", at) <= at:
            event = first_after.get(row.pk)
            if event is None:
                yield row
            elif event.pgh_label != "added":
                yield event
    here = {row.pk for row in now}
    for pk, event in sorted(first_after.items()):
        if pk not in here and event.pgh_label != "added" and getattr(event, "created_at", at) <= at:
            yield event
