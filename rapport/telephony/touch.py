"""Whose screen a call concerns."""

from rapport.journal.models import Event
from rapport.telephony.models import Call
from rapport.timeline.live import Touched, Watched


def by_calls(event: Event, watched: Watched) -> Touched:
    """Whoever is being called."""
    users = Call.objects.filter(pk__in=event.subject_ids, user__in=watched.users).values_list("user_id", flat=True)
    return Touched(rung=frozenset(one for one in users if one))
