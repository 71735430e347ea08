"""What an e-mail says, as plain values; nothing of customers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Nature(StrEnum):
    """Whether a person wrote, or a machine."""

    PERSONAL = ""
    BULK = "bulk"
    REPLY = "auto-reply"
    BOUNCE = "bounce"
    SPAM = "spam"


class Doubt(StrEnum):
    """What is wrong with a message that was read all the same."""

    NO_ID = "no id"
    DATE = "date"
    SENDERS = "senders"
    POSING = "posing"
    FORGED = "forged"
    CHARSET = "charset"


class Hindrance(StrEnum):
    """Why a message can't be read."""

    EMPTY = "empty"
    NOT_MAIL = "not mail"
    LARGE = "large"
    NESTED = "nested"
    PARTS = "parts"
    DATE = "date"
    SENDER = "sender"
    LOCKED = "locked"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Mailbox:
    """Somebody's address, and what they are called there."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attached:
    """A file in a message. Its name is made harmless; its type is what the sender says."""

    name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True)
class Message:
    """One e-mail. `references` are the ids that it answers, oldest first; `html` is as it came and never trusted."""

    message_id: str
    content_id: str
    references: tuple[str, ...]
    at: datetime
    senders: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attached, ...] = ()
    nature: Nature = Nature.PERSONAL
    doubts: tuple[Doubt, ...] = ()

    @property
    def calendars(self) -> tuple[Attached, ...]:
        """The invitations and answers to invitations in it."""
        return tuple(one for one in self.attachments if one.media_type == "text/calendar")


@dataclass(frozen=True)
class Unreadable:
    """A message that is not taken in, with as much of it as can be told."""

    hindrance: Hindrance
    message_id: str = ""
    sender: str = ""
    subject: str = ""
