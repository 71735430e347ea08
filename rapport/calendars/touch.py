"""Whom the facts of meetings are about, for open pages."""

from rapport.calendars.models import Guest, Host
from rapport.journal.models import Event
from rapport.timeline.live import Touched, Watched


def by_meetings(event: Event, watched: Watched) -> Touched:
    """The customers and the colleagues who take part."""
    guests = Guest.objects.filter(meeting__in=event.subject_ids, member__customer__in=watched.customers)
    hosts = Host.objects.filter(meeting__in=event.subject_ids, user__in=watched.users)
    return Touched(
        frozenset(guests.values_list("member__customer_id", flat=True)),
        frozenset(hosts.values_list("user_id", flat=True)),
    )
