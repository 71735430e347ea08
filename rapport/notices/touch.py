"""Whose pages news of notices and reminders concern."""

from rapport.journal.models import Event
from rapport.notices.models import Reminder
from rapport.timeline.live import Touched, Watched


def by_notices(event: Event, watched: Watched) -> Touched:
    """The fact names whoever was told of something."""
    return Touched(told=frozenset(event.subject_ids) & watched.users)


def by_reminders(event: Event, watched: Watched) -> Touched:
    users = set(Reminder.objects.filter(pk__in=event.subject_ids).values_list("user", flat=True))
    return Touched(users=frozenset(users) & watched.users)
