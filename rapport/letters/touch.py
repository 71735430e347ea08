"""Whom the facts of messages, consents and suppressions are about, for open pages."""

from collections.abc import Iterable

from rapport.consent.ledger import Consent
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
    """Whoever has the address, or objected in person."""
    found = Suppression.objects.filter(pk__in=event.subject_ids)
    keys = found.exclude(key="").values_list("key", "way")
    people = found.exclude(member=None).values_list("member__customer_id", flat=True)
    return touched([*holders(keys), *(one for one in people if one)], watched)


def by_consents(event: Event, watched: Watched) -> Touched:
    """Whoever has the address."""
    return touched(holders(Consent.objects.filter(pk__in=event.subject_ids).values_list("key", "way")), watched)


def holders(proofs: Iterable[tuple[str, str]]) -> list[int]:
    """The customers who have one of these addresses; many may share one."""
    asked = set(proofs)
    held = Identifier.objects.filter(key__in={key for key, _way in asked}, kind__in={way for _key, way in asked})
    return list(held.values_list("member__customer_id", flat=True)[:100])
