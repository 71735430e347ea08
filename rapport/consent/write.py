"""Put a message on its way: kept first, sent when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from rapport.channels.models import MailAccount
from rapport.consent.models import Enclosure, Message
from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.customers.models import Member
from rapport.files.keep import Content, keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.sealed import seal
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice


@dataclass(frozen=True)
class Draft:
    """What somebody wants to send. `references` are the ids that it answers, oldest first.

    `reader` is the colleague it is for, at the address that they have then; it goes to a customer otherwise, for the
    purpose of this code.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    cc: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    enclosed: tuple[Content, ...] = ()
    reader: User | None = None
    purpose: str = CORRESPONDENCE
    channel: str = ChannelChoice.EMAIL.value
    # The words instead of ``text``, which is all that is kept of them.
    secret: str = ""


@transaction.atomic
def write(
    draft: Draft,
    account: MailAccount | None,
    *,
    key: str,
    member: Member | None,
    by: User | None,
    due_at: datetime,
    at: datetime,
) -> Message:
    """The message that waits; the one that came before under the same ``key``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [key])
    known = Message.objects.filter(key=key).first()
    if known:
        return known
    domain = account.address.rpartition("@")[2] if account else "rapport.invalid"
    message = Message.objects.create(
        key=key,
        channel=draft.channel,
        account=account,
        member=member,
        reader=draft.reader,
        purpose=None if draft.reader else Purpose.objects.get(code=draft.purpose),
        to=list(draft.to),
        cc=list(draft.cc),
        message_id=f"{uuid4().hex}@{domain}",
        references=list(draft.references),
        subject=draft.subject[:1_000],
        text=draft.text,
        html=draft.html,
        sealed=seal(draft.secret, key=settings.SECRET_KEY) if draft.secret else None,
        due_at=due_at,
        by=by,
        created_at=at,
    )
    enclose(message, draft.enclosed, at=at)
    record(Fact.MESSAGES_WRITTEN, [message.pk], by=by, at=at)
    return message


def enclose(message: Message, contents: Sequence[Content], *, at: datetime) -> None:
    files = keep(contents, at=at) if contents else []
    Enclosure.objects.bulk_create(
        Enclosure(message=message, file=file, name=one.name[:200] or "file", position=position)
        for position, (file, one) in enumerate(zip(files, contents, strict=True), 1)
    )
