"""What its author decides about a message: take it back, send it again, say that it arrived, put it away."""

from datetime import datetime

from django.db import transaction

from rapport.consent.models import Message, State
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

AGAIN = (State.FAILED, State.REFUSED, State.DOUBT)


@transaction.atomic
def take_back(message: Message, *, by: User, at: datetime) -> bool:
    """Whether it had not left yet."""
    return moved(message, (State.WAITING,), State.DROPPED, by=by, at=at)


@transaction.atomic
def send_again(message: Message, *, by: User, at: datetime) -> bool:
    """Under the same Message-ID, so that whoever got the first one sees one."""
    return moved(message, AGAIN, State.WAITING, by=by, at=at)


@transaction.atomic
def it_arrived(message: Message, *, by: User, at: datetime) -> bool:
    """What was in doubt was sent after all."""
    return moved(message, (State.DOUBT,), State.SENT, by=by, at=at)


@transaction.atomic
def put_away(message: Message, *, by: User, at: datetime) -> bool:
    """Seen; nothing more is to be done."""
    return moved(message, AGAIN, None, by=by, at=at)


FACTS = {State.SENT: Fact.MESSAGES_SENT, State.WAITING: Fact.MESSAGES_WRITTEN}


def moved(message: Message, start: tuple[State, ...], state: State | None, *, by: User, at: datetime) -> bool:
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.state not in start or (state == State.WAITING and row.is_gone):
        return False
    if state is None:
        row.closed_at = at
    elif state == State.WAITING:
        row.due_at, row.tries, row.reason, row.said = at, 0, "", ""
    elif state == State.SENT:
        row.sent_at, row.reason, row.said = (row.begun_at or at).replace(microsecond=0), "", ""
    row.state = state or row.state
    row.forget()
    row.save()
    fact = FACTS.get(state, Fact.MESSAGES_STOPPED) if state else Fact.MESSAGES_STOPPED
    record(fact, [row.pk], by=by, at=at)
    return True
