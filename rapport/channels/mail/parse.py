"""Bytes to a message; what can't be one is told with the reason."""

import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message as Raw
from hashlib import sha256

from rapport.channels.mail.bodies import Body, body_of
from rapport.channels.mail.headers import (
    date_of,
    doubts_of,
    first,
    honest,
    id_of,
    nature_of,
    one_line,
    people,
    references_of,
    subject_of,
)
from rapport.channels.mail.message import Doubt, Hindrance, Mailbox, Message, Unreadable

LARGEST, MOST_LINES, MOST_BOUNDARIES = 50 * 1024 * 1024, 1_000_000, 200
BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")


def parse(content: bytes, *, at: datetime) -> Message | Unreadable:
    """The message that ``content`` is; ``at`` is now: nothing was written later."""
    hindrance = hindrance_of(content)
    if hindrance:
        return Unreadable(hindrance)
    try:
        message = message_from_bytes(content)
        body = body_of(message)
    except RecursionError:
        return Unreadable(Hindrance.NESTED)
    senders = people(message, "From") or people(message, "Sender")
    when, doubts = date_of(message, at=at)
    if isinstance(body, Hindrance):
        return unread(body, message, senders)
    if not senders:
        return unread(Hindrance.SENDER, message, senders)
    if when is None:
        return unread(Hindrance.DATE, message, senders)
    return put_together(message, body, senders, when, doubts)


def hindrance_of(content: bytes) -> Hindrance | None:
    """What can be seen before the work of reading begins."""
    start = content[:1_000].lstrip(b"\xef\xbb\xbf\r\n \t")
    if not start:
        return Hindrance.EMPTY
    if len(content) > LARGEST or content.count(b"\n") > MOST_LINES:
        return Hindrance.LARGE
    if not HEADER.match(start) and not start.startswith(b"From "):
        return Hindrance.NOT_MAIL
    # Reading takes as long as lines times open boundaries.
    boundaries = sum(1 for _ in BOUNDARY.finditer(content))
    return Hindrance.NESTED if boundaries > MOST_BOUNDARIES else None


def unread(hindrance: Hindrance, message: "Raw[str, str]", senders: tuple[Mailbox, ...]) -> Unreadable:
    sender = senders[0].address if senders else one_line(first(message, "From"), 200)
    return Unreadable(hindrance, id_of(message), sender, subject_of(message))


def put_together(
    message: "Raw[str, str]", body: Body, senders: tuple[Mailbox, ...], when: datetime, doubts: tuple[Doubt, ...]
) -> Message:
    subject, message_id, text = subject_of(message), id_of(message), body.text
    others = {name: tuple(map(honest, people(message, header))) for name, header in HEADERS.items()}
    own = "\n".join((when.isoformat(), *(one.address.lower() for one in senders), subject, text))
    doubts = (*doubts, *doubts_of(message, senders), *body.doubts)
    return Message(
        message_id=message_id,
        content_id=sha256(own.encode()).hexdigest()[:40],
        references=references_of(message),
        at=when,
        senders=tuple(map(honest, senders)),
        subject=subject,
        text=text,
        html=body.html,
        attachments=tuple(body.attachments),
        nature=nature_of(message, senders, subject),
        doubts=doubts if message_id else (*doubts, Doubt.NO_ID),
        **others,
    )


HEADERS = {"to": "To", "cc": "Cc", "bcc": "Bcc", "reply_to": "Reply-To"}
