"""Put what was sent on the timeline, as if it had been read from the folder of sent mail: there it is then known."""

from datetime import datetime

from django.db import transaction

from rapport.channels.inbound import SEEN, Channel, Clue, Direction, Inbound, Party
from rapport.channels.mail.fold import fold, new_part
from rapport.consent.models import Message, State
from rapport.identity.known import known_among
from rapport.mail.models import Attachment, Mail, Mailbox
from rapport.mail.take_in import SOURCE, draw
from rapport.mail.threads import Letter, thread
from rapport.timeline.models import Receipt
from rapport.timeline.receive import receive
from rapport.timeline.write_down import OURS


@transaction.atomic
def keep_sent(message_id: int, *, at: datetime) -> None:
    """Once, however often it is asked, and whoever came first."""
    message = Message.objects.select_for_update(of=("self",)).select_related("account", "by").get(pk=message_id)
    if message.state != State.SENT or message.interaction_id or message.member_id is None:
        return
    if message.channel != Channel.EMAIL:
        (received,) = receive([shown(message)], by=message.by, at=at)
        message.interaction_id = received.interaction_id
        message.save(update_fields=["interaction"])
        return
    if message.account is None:
        return
    known = Receipt.objects.filter(source=SOURCE, external_id=message.message_id).first()
    if known:
        message.interaction_id = known.pk
    else:
        (received,) = receive([inbound_of(message)], by=message.by, at=at)
        message.interaction_id = received.interaction_id
        mail_of(message, received.interaction_id)
        mailbox = Mailbox.objects.filter(account=message.account).first()
        if mailbox and mailbox.circle_id:
            draw(mailbox.circle_id, [received.interaction_id])
    message.save(update_fields=["interaction"])


def shown(message: Message) -> Inbound:
    """What left by another way than mail; the words stand in it whole."""
    return Inbound(
        source=OURS,
        external_id=message.message_id,
        at=message.sent_at or message.created_at,
        channel=Channel(message.channel),
        direction=Direction.OUTBOUND,
        kind="letter" if message.channel == Channel.POST else "sms",
        parties=tuple(Party((Clue(SEEN, one),), "to", member_id=message.member_id) for one in message.to),
        subject=message.subject,
        text=message.text,
    )


def inbound_of(message: Message) -> Inbound:
    return Inbound(
        source=SOURCE,
        external_id=message.message_id,
        at=message.sent_at or message.created_at,
        channel=Channel.EMAIL,
        direction=Direction.OUTBOUND,
        kind="mail",
        parties=tuple(parties(message)),
        subject=message.subject,
        text=new_part(fold(message.text)),
    )


def parties(message: Message) -> list[Party]:
    """Whom it was written to first; nobody in copy becomes a customer by that."""
    first, *others = message.recipients
    customers = known_among(others)
    seated = [Party((Clue(SEEN, first),), "to", member_id=message.member_id)]
    for address in others:
        role = "to" if address in message.to else "cc"
        seated.append(Party((Clue("email" if address in customers else SEEN, address),), role))
    if message.account:
        seated.append(Party((Clue(SEEN, message.account.address),), "from", message.account.name))
    return seated


def mail_of(message: Message, interaction_id: int) -> None:
    sender = message.account.address.lower() if message.account else ""
    sent, shown = message.sent_at or message.created_at, new_part(fold(message.text))
    people = frozenset(one.lower() for one in (sender, *message.recipients))
    (thread_id,) = thread([Letter(message.message_id, tuple(message.references), message.subject, people, sent)])
    mail = Mail.objects.create(
        interaction_id=interaction_id,
        message_id=message.message_id,
        sender=sender,
        at=sent,
        thread_id=thread_id,
        whole=message.text if message.text.strip() != shown else "",
        html=message.html,
    )
    Attachment.objects.bulk_create(
        Attachment(mail=mail, position=one.position, file=one.file, name=one.name, media_type=one.file.media_type)
        for one in message.enclosures.select_related("file").order_by("position")
    )
