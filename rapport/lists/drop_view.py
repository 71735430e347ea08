"""Drop a view, and bring it back with all who pinned it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.lists.keep_view import ViewError
from rapport.lists.models import View
from rapport.people.models import User


@transaction.atomic
def drop_view(view: View, *, by: User, at: datetime) -> None:
    view.dropped_at = at
    view.save(update_fields=["dropped_at"])
    keep(Deed.VIEW, [], by=by, at=at, back={"view": view.pk}, name=view.name)


def restore_view(view: View) -> None:
    """Raises ViewError when its owner has another of this name by now."""
    view.dropped_at = None
    try:
        with transaction.atomic():
            view.save(update_fields=["dropped_at"])
    except IntegrityError as problem:
        raise ViewError("name") from problem
