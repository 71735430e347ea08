"""Fold a panel away for oneself, or open it again; both may be said twice."""

from rapport.people.models import User
from rapport.profile.models import Fold


def fold(panel: str, *, by: User) -> None:
    Fold.objects.bulk_create([Fold(user=by, panel=panel)], ignore_conflicts=True)


def unfold(panel: str, *, by: User) -> None:
    Fold.objects.filter(user=by, panel=panel).delete()
