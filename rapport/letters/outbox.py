"""What is on its way to a customer, or has not left: shown above the timeline until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from rapport.consent.models import Message, MessageQuerySet, State
from rapport.letters.told import history_of
from rapport.people.models import User

MOST = 20


@dataclass(frozen=True)
class Waiting:
    """A message with what can be done about it."""

    message: Message
    reason: str

    @property
    def again(self) -> bool:
        return self.message.state in {State.FAILED, State.REFUSED, State.DOUBT}


def outbox_of(member_ids: Sequence[int], *, reader: User) -> list[Waiting]:
    """Unsettled messages, and those sent that the timeline does not show yet."""
    found = unsettled(member_ids).visible_to(reader).newest_first()[:MOST]
    return [Waiting(one.message, one.reason) for one in history_of(found, reader=reader)]


def unsettled(member_ids: Sequence[int]) -> MessageQuerySet:
    """What may be in the outbox, whoever asks."""
    open_still = Q(
        state__in=[State.WAITING, State.SENDING, State.LAID, State.REFUSED, State.FAILED, State.DOUBT], closed_at=None
    )
    return Message.objects.filter(open_still | Q(state=State.SENT, interaction=None), member__in=member_ids)
