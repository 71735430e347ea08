"""Hear what a server reports about a message that we sent; about any other, nobody is believed."""

from datetime import datetime

from django.db import transaction

from rapport.channels.mail.reports import About, Kind, Report
from rapport.consent.ledger import Said
from rapport.consent.models import Cause, Extent, Message, Return, State
from rapport.consent.object import object_to
from rapport.consent.purpose import CORRESPONDENCE
from rapport.consent.say import Word, say
from rapport.consent.standing import Question, standing
from rapport.consent.ways import key_of
from rapport.journal.models import Fact
from rapport.journal.record import record

BY_PROVIDER = "mail provider"


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
    alone = about.kind in {Kind.COMPLAINT, Kind.ENDED} and not about.addresses and len(message.recipients) == 1
    return message.recipients[0] if alone else ""


def note(message: Message, address: str, about: About, *, at: datetime) -> None:
    Return.objects.create(
        message=message, address=address, kind=about.kind, status=about.status, said=about.said[:400], at=at
    )
    if about.kind is Kind.COMPLAINT:
        object_to(address, Cause.COMPLAINT, evidence=f"“{message.subject[:200]}”", by=None, at=at)
    elif about.kind is Kind.ENDED:
        end(message, address, at=at)
    elif about.kind is Kind.DELIVERED:
        arrived(message, at=at)
    elif about.kind is Kind.RETURNED:
        came_back(message, address, about, at=at)


def came_back(message: Message, address: str, about: About, *, at: datetime) -> None:
    if about.gone:
        object_to(address, Cause.BOUNCED, evidence=f"{about.status} {about.said}".strip(), by=None, at=at)
    message.state, message.reason, message.said = State.RETURNED, "returned", about.said[:400]
    message.save(update_fields=["state", "reason", "said"])
    record(Fact.MESSAGES_STOPPED, [message.pk], by=None, at=at)


def arrived(message: Message, *, at: datetime) -> None:
    """It ends a doubt whether it left."""
    if message.state == State.DOUBT:
        message.state, message.reason, message.said = State.SENT, "", ""
        message.sent_at = (message.begun_at or at).replace(microsecond=0)
        message.save(update_fields=["state", "reason", "said", "sent_at"])
        record(Fact.MESSAGES_SENT, [message.pk], by=None, at=at)


def end(message: Message, address: str, *, at: datetime) -> None:
    """They ended it in their mail program or at the provider: it counts as if they had told us."""
    evidence = f"“{message.subject[:200]}”"
    purpose = message.purpose
    if purpose is None or not purpose.may_be_refused or purpose.code == CORRESPONDENCE:
        object_to(address, evidence=evidence, by=None, at=at, extent=Extent.ADVERTISING)
        return
    key = key_of(address) or ""
    question = Question(purpose.pk, message.channel, key)
    if standing([question], at=at)[question].state != Said.WITHDRAWN:
        word = Word(purpose, address, Said.WITHDRAWN, channel=message.channel, source=BY_PROVIDER, evidence=evidence)
        say(word, by=None, at=at)
