"""Note that a user looks at the page, and answer since when things are new to them."""

from datetime import datetime

from rapport.home.models import Visit
from rapport.people.models import User


def visit(user: User, *, at: datetime) -> datetime:
    """The end of the visit before this one; at the first visit its beginning. Pages of one visit share one answer."""
    current, made = Visit.objects.get_or_create(user=user, defaults={"at": at, "before": at})
    if made:
        return at
    if current.is_over(at):
        current.before = current.at
    current.at = at
    current.save(update_fields=["at", "before"])
    return current.before
