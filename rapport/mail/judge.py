"""What becomes of a message: whose it is, which way it went, or why it is not taken in. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from rapport.channels.inbound import SEEN, Clue, Direction, Party
from rapport.channels.mail.message import Mailbox, Message, Nature
from rapport.mail.intake import Outcome, Strangers
from rapport.people.own import Ours

MACHINES = frozenset({Nature.REPLY, Nature.BOUNCE, Nature.SPAM})


@dataclass(frozen=True)
class House:
    """What is known where mail arrives: who is ours, who is a customer's, and what strangers become."""

    ours: Ours
    known: Collection[str]
    strangers: Strangers


@dataclass(frozen=True)
class Verdict:
    """`reason` says more about an outcome, in one word. Whom it is about stands first among the parties."""

    outcome: Outcome
    reason: str = ""
    direction: Direction = Direction.INBOUND
    parties: tuple[Party, ...] = ()


def judge(message: Message, house: House) -> Verdict:
    senders = writers(message, house)
    seats = (("from", senders), ("to", message.to), ("cc", message.cc), ("bcc", message.bcc))
    outsiders = [one for _role, people in seats for one in people if one.address not in house.ours]
    if not outsiders:
        return Verdict(Outcome.OWN)
    outbound = all(one.address in house.ours for one in senders)
    known = any(one.address.lower() in house.known for one in outsiders)
    if not outbound and (message.nature in MACHINES or (message.nature is Nature.BULK and not known)):
        return Verdict(Outcome.AUTOMATIC, message.nature.value)
    if not known and house.strangers == Strangers.LEAVE:
        return Verdict(Outcome.STRANGER)
    # Whoever writes to us or is written to may be new here; whoever only stands beside it is not.
    welcome = (
        "" if message.nature is Nature.BULK or house.strangers == Strangers.LEAVE else ("to" if outbound else "from")
    )
    direction = Direction.OUTBOUND if outbound else Direction.INBOUND
    return Verdict(Outcome.TAKEN, "", direction, tuple(parties(seats, house, welcome)))


def writers(message: Message, house: House) -> tuple[Mailbox, ...]:
    """Who wrote.

    Of several senders the outsiders: nobody becomes one of us by saying so beside them. A form on our own site writes
    to us in our own name; then it is whoever shall be answered.
    """
    outside = tuple(one for one in message.senders if one.address not in house.ours)
    if outside:
        return outside
    inside = all(one.address in house.ours for one in chain(message.to, message.cc, message.bcc))
    return tuple(one for one in message.reply_to if inside and one.address not in house.ours) or message.senders


def parties(seats: Iterable[tuple[str, tuple[Mailbox, ...]]], house: House, welcome: str) -> Iterator[Party]:
    """Outsiders first, each once in the first of their roles."""
    everyone: dict[str, tuple[str, Mailbox]] = {}
    for role, people in seats:
        for one in people:
            everyone.setdefault(one.address.lower(), (role, one))
    for address, (role, one) in sorted(everyone.items(), key=lambda seat: seat[1][1].address in house.ours):
        recognised = address in house.known or (role == welcome and one.address not in house.ours)
        yield Party((Clue("email" if recognised else SEEN, one.address),), role, one.name)
