"""Arrange the customer page for a role, and take that back: what counted before counts again."""

from collections.abc import Sequence
from datetime import datetime

from rapport.customers.models import Kind
from rapport.people.models import User
from rapport.profile.models import Layout
from rapport.profile.place import Places


def lay_out(role: str, kinds: Sequence[Kind], places: Places, *, by: User | None, at: datetime) -> Layout:
    """The page of customers of these ``kinds`` for the role with this key as ``places`` say; empty ones bring back the standard."""
    return Layout.objects.create(
        role_id=role,
        kinds=list(kinds),
        who=list(places.who),
        now=list(places.now),
        hidden=list(places.hidden),
        at=at,
        by=by,
    )


def take_back(layout: Layout, *, by: User | None, at: datetime) -> bool:
    """As if it had not been saved; false when it was taken back before."""
    return bool(Layout.objects.filter(pk=layout.pk, undone_at=None).update(undone_at=at, undone_by=by))
