"""Pin a view above its list, or take the pin out."""

from datetime import datetime

from django.db import transaction

from rapport.lists.keep_view import ViewError
from rapport.lists.models import Pin, View
from rapport.people.models import User


@transaction.atomic
def pin_view(view: View, *, by: User, at: datetime) -> None:
    """Harmless when repeated. Raises ViewError when the tabs are full."""
    # Two at once must not both take the last place.
    User.objects.select_for_update().get(pk=by.pk)
    pins = Pin.objects.filter(user=by, view__listing=view.listing, view__dropped_at=None)
    if pins.exclude(view=view).count() >= Pin.MOST:
        raise ViewError("full")
    Pin.objects.get_or_create(user=by, view=view, defaults={"at": at})


def unpin_view(view: View, *, by: User) -> None:
    Pin.objects.filter(user=by, view=view).delete()
