"""Whom the facts of messages and suppressions are about, for open pages."""

from rapport.consent.models import Message, Suppression
from rapport.customers.models import Identifier, Member
from rapport.journal.models import Event
from rapport.timeline.live import Touched, Watched
from rapport.timeline.touch import touched


def by_messages(event: Event, watched: Watched) -> Touched:
    """The customer that a message is to."""
    members = Message.objects.filter(pk__in=event.subject_ids).values("member")
    return touched(list(Member.objects.filter(pk__in=members).values_list("customer_id", flat=True)), watched)


def by_suppressions(event: Event, watched: Watched) -> Touched:
    """Whoever has the address."""
    keys = Suppression.objects.filter(pk__in=event.subject_ids).values_list("key", flat=True)
    holders = Identifier.objects.filter(key__in=list(keys), kind="email")
    return touched(list(holders.values_list("member__customer_id", flat=True)[:100]), watched)
