"""Keep how to take a change back, in the transaction that made it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from rapport.journal.change import Change, Deed
from rapport.journal.rows import Written
from rapport.people.models import User


def keep(
    deed: Deed,
    customers: Iterable[int],
    *,
    by: User | None,
    at: datetime,
    back: Mapping[str, Any],
    **details: Any,
) -> Change | None:
    """The change as it is kept; what Rapport does by itself is nobody's to take back."""
    if by is None:
        return None
    ids = sorted(set(customers))
    return Change.objects.create(deed=deed, customer_ids=ids, by=by, at=at, back=dict(back), details=details)


def undo_of(user: User, at: datetime) -> str:
    """The address that takes back what ``user`` did at this very moment; empty when it left nothing to take back."""
    change = Change.objects.filter(by=user, at=at, undone_at=None).order_by("pk").last()
    return reverse("changes:undo", args=[change.pk]) if change else ""


def keep_row(
    deed: Deed, customers: Iterable[int], written: Written, *, by: User | None, at: datetime, **details: Any
) -> Change | None:
    """Keep what a row was before and is now."""
    return keep(deed, customers, by=by, at=at, back={"rows": [written.kept]}, **details)
