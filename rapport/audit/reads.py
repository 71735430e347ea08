"""Note that somebody was shown sensitive fields: one row for all records of a page or a file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import models
from django.utils import timezone

from rapport.audit.models import Reading
from rapport.audit.tables import FEW
from rapport.people.models import User

# As many as the trail still finds by each one.
PIECE = FEW
HELD: ContextVar[list[Reading] | None] = ContextVar("held", default=None)


@contextmanager
def held_back() -> Iterator[list[Reading]]:
    """Collect what would be noted instead of writing it down: for a page that somebody reads in another's name."""
    collected: list[Reading] = []
    token = HELD.set(collected)
    try:
        yield collected
    finally:
        HELD.reset(token)


def note(
    user: User | None,
    model: type[models.Model],
    ids: Iterable[int],
    fields: Iterable[str],
    *,
    place: str = "",
    at: datetime | None = None,
) -> int:
    """Append that ``user`` (None: Rapport itself) was shown ``fields`` of the rows ``ids`` of ``model`` at ``place``.

    Call it once for all rows that a page, file or answer shows; without fields nothing is noted, without rows that it was as a whole.
    How many rows of the ledger were written.
    """
    wanted, named, now = sorted(set(ids)), sorted(set(fields)), at or timezone.now()
    if not named:
        return 0
    pieces = [wanted[start : start + PIECE] for start in range(0, len(wanted), PIECE)] or [[]]
    label, key = model._meta.label, model._meta.pk.name  # noqa: SLF001
    column = "customer_ids" if getattr(model, "HOME_COLUMN", "") == key else "subject_ids"
    made = [
        Reading(at=now, user=user, table=label, fields=named, place=place[:200], **{column: piece}) for piece in pieces
    ]
    held = HELD.get()
    if held is None:
        Reading.objects.bulk_create(made)
    else:
        held.extend(made)
    return len(made)
