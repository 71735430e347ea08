"""Hear what a server reports about a message that we sent; about any other, nobody is believed."""

from datetime import datetime

from django.db import transaction

from rapport.channels.mail.reports import About, Kind, Report
from rapport.consent.models import Cause, Message, Return, State
from rapport.consent.object import object_to
from rapport.consent.ways import key_of
from rapport.journal.models import Fact
from rapport.journal.record import record


@transaction.atomic
def hear(report: Report, *, at: datetime) -> bool:
    """Whether the report was about a message of ours. The same report twice says nothing new."""
    message = Message.objects.select_for_update(of=("self",)).filter(message_id=report.message_id).first()
    if message is None or message.state not in {State.SENT, State.DOUBT, State.RETURNED}:
        return False
    for about in report.about:
        address = written_to(message, about)
        if address and not Return.objects.filter(message=message, address=address, kind=about.kind).exists():
            note(message, address, about, at=at)
    return True


def written_to(message: Message, about: About) -> str:
    """The recipient whom this is about; of a single one no name is needed."""
    keys = {key_of(one): one for one in message.recipients}
    for one in about.addresses:
        if key_of(one) in keys:
            return keys[key_of(one)]
    alone = about.kind is Kind.COMPLAINT and not about.addresses and len(message.recipients) == 1
    return message.recipients[0] if alone else ""


def note(message: Message, address: str, about: About, *, at: datetime) -> None:
    Return.objects.create(
        message=message, address=address, kind=about.kind, status=about.status, said=about.said[:400], at=at
    )
    if about.kind is Kind.DELAYED:
        return
    if about.kind is Kind.COMPLAINT:
        object_to(address, Cause.COMPLAINT, evidence=f"“{message.subject[:200]}”", by=None, at=at)
        return
    if about.gone:
        object_to(address, Cause.BOUNCED, evidence=f"{about.status} {about.said}".strip(), by=None, at=at)
    message.state, message.reason, message.said = State.RETURNED, "returned", about.said[:400]
    message.save(update_fields=["state", "reason", "said"])
    record(Fact.MESSAGES_STOPPED, [message.pk], by=None, at=at)
