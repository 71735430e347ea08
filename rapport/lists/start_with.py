"""Say with which view a list begins."""

from rapport.lists.models import Start, View
from rapport.people.models import User


def start_with(view: View, *, by: User) -> None:
    Start.objects.update_or_create(user=by, listing=view.listing, defaults={"view": view})


def start_with_all(listing: str, *, by: User) -> None:
    """The list begins with all records again."""
    Start.objects.filter(user=by, listing=listing).delete()
