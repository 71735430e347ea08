"""What was to go to a customer lately, and why it did or did not: as a card of the page."""

from collections.abc import Sequence

from rapport.consent.models import Message
from rapport.letters.told import Told, history_of
from rapport.people.models import User

SHOWN = 6


def latest_of(member_ids: Sequence[int], *, reader: User) -> list[Told]:
    """The newest first; none when nothing was ever written from here."""
    return history_of(
        Message.objects.visible_to(reader).filter(member__in=member_ids).newest_first()[:SHOWN], reader=reader
    )
