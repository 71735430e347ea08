"""Keep a view at hand as a tab above its list, or let go of it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rapport.agenda.models import Pin
from rapport.lists.keep_view import ViewError
from rapport.lists.models import View
from rapport.lists.pinned import Pinned
from rapport.people.models import User


def pinned_views(by: User) -> QuerySet[Pin]:
    return Pin.objects.filter(user=by, view__isnull=False)


@transaction.atomic
def pin_view(view: View, *, by: User, at: datetime) -> None:
    """Harmless when repeated. Raises ViewError when the tabs are full."""
    # Two at once must not both take the last place.
    User.objects.select_for_update().get(pk=by.pk)
    others = pinned_views(by).filter(view__listing=view.listing, view__dropped_at=None).exclude(view=view)
    if others.count() >= Pin.MOST_VIEWS:
        raise ViewError("full")
    Pin.objects.get_or_create(user=by, view=view, defaults={"at": at})


def unpin_view(view: View, *, by: User) -> None:
    pinned_views(by).filter(view=view).delete()


PINNED = Pinned(pinned_views, pin_view, unpin_view, Pin.MOST_VIEWS)
