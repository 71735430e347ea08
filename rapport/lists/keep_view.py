"""Keep a list as it is now under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.lists.models import Reach, View
from rapport.people.models import User

SHARES_WITH_ALL = "lists.share_view"


class ViewError(Exception):
    """A view can't be kept so; the code says why: name, reach or full."""


def keep_view(view: View, *, by: User, at: datetime) -> View:
    """Write a new view, or a changed one. Raises ViewError when its owner has another of this name."""
    check_reach(view, by)
    view.team = view.owner.team if view.reach == Reach.TEAM else None
    view.changed_at = at
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as problem:
        raise ViewError("name") from problem
    return view


def check_reach(view: View, by: User) -> None:
    """Sharing with everybody is a manager's; sharing with a team asks for one."""
    if view.reach == Reach.ALL and not by.allows(SHARES_WITH_ALL):
        raise ViewError("reach")
    if view.reach == Reach.TEAM and view.owner.team_id is None:
        raise ViewError("reach")
