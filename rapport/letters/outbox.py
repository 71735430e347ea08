"""What is on its way to a customer, or has not left: shown above the timeline until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from rapport.consent.models import Message, State
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
    about = Message.objects.visible_to(reader).filter(member__in=member_ids)
    unsettled = Q(state__in=[State.WAITING, State.SENDING, State.REFUSED, State.FAILED, State.DOUBT], closed_at=None)
    found = about.filter(unsettled | Q(state=State.SENT, interaction=None)).newest_first()[:MOST]
    return [Waiting(one.message, one.reason) for one in history_of(found)]
