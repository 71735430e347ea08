"""How much waits for somebody who knows whose it is; counted only as far as a badge needs it."""

from rapport.people.models import User
from rapport.timeline.models import Interaction

ENOUGH = 1_000


def waiting(user: User) -> int:
    """Interactions without a customer, at most ``ENOUGH``."""
    if not user.allows("timeline.view_interaction"):
        return 0
    return Interaction.objects.unassigned()[:ENOUGH].count()
