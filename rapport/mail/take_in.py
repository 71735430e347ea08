"""Take messages of a mail file in: each judged, written once, threaded, and entered in the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from rapport.channels.inbound import Channel, Inbound
from rapport.channels.mail.fold import fold, new_part
from rapport.channels.mail.mailbox import Found
from rapport.channels.mail.message import Hindrance, Message, Nature, Unreadable
from rapport.channels.mail.parse import parse
from rapport.channels.mail.reports import report_of
from rapport.channels.models import MailAccount
from rapport.consent.hear import hear
from rapport.files.keep import Content, keep
from rapport.identity.known import known_among
from rapport.mail.intake import Outcome, Strangers
from rapport.mail.judge import House, Verdict, judge
from rapport.mail.models import Attachment, LedgerLine, Mail, MailFile, MailFolder
from rapport.mail.threads import Letter, thread
from rapport.people.own import ours
from rapport.timeline.models import Interaction, Receipt
from rapport.timeline.receive import Outcome as Arrival
from rapport.timeline.receive import receive

SOURCE = "mail"
LONGEST_ADDRESS = 260
MOST_ADDRESSES = 100


Mark = tuple[str, datetime]


@dataclass(eq=False)
class Case:
    """One message on its way to the ledger."""

    found: Found
    read: Message | Unreadable
    verdict: Verdict
    key: str = ""
    twin: "Case | None" = None
    interaction_id: int | None = None

    @property
    def message(self) -> Message:
        """Of a case that was read."""
        if isinstance(self.read, Unreadable):
            raise TypeError(self.read.hindrance)
        return self.read


def take(found: Sequence[Found], into: MailFile | MailFolder, *, at: datetime) -> dict[str, int]:
    """How many of ``found`` became what, in the caller's transaction."""
    cases = list(judged(found, Strangers(into.strangers), at=at))
    new = claimed([case for case in cases if case.verdict.outcome == Outcome.TAKEN], into.circle_id)
    for case, one in zip(new, receive([inbound_of(case) for case in new], by=None, at=at), strict=True):
        case.interaction_id = one.interaction_id
        if one.outcome != Arrival.CREATED:  # Another file brought it in this moment.
            case.verdict = Verdict(Outcome.DUPLICATE)
        elif one.customer_id is None:
            case.verdict = Verdict(Outcome.UNASSIGNED)
    listen(cases, at=at)
    fresh = [case for case in new if case.verdict.outcome != Outcome.DUPLICATE]
    if into.circle_id:
        draw(into.circle_id, [case.interaction_id for case in fresh if case.interaction_id])
    write(fresh, at=at)
    LedgerLine.objects.bulk_create([line_of(case, into) for case in cases])
    outcomes = [case.verdict.outcome for case in cases]
    return {outcome.value: outcomes.count(outcome) for outcome in Outcome}


def listen(cases: Iterable[Case], *, at: datetime) -> None:
    """What servers report about messages of ours reaches the gate."""
    for case in cases:
        if isinstance(case.read, Message) and case.read.nature is Nature.BOUNCE:
            report = report_of(case.found.content)
            if report:
                hear(report, at=at)


def judged(found: Iterable[Found], strangers: Strangers, *, at: datetime) -> Iterator[Case]:
    read = [(one, unread(one) if one.hindrance else parse(one.content, at=at)) for one in found]
    own = ours(also=MailAccount.objects.values_list("address", flat=True))
    people = {one for _found, message in read if isinstance(message, Message) for one in everyone(message)}
    known = known_among(one for one in people if one not in own)
    house = House(own, known, strangers)
    for one, message in read:
        if isinstance(message, Unreadable):
            yield Case(one, message, Verdict(Outcome.REFUSED, message.hindrance.value))
        else:
            yield Case(one, message, judge(message, house))


def unread(found: Found) -> Unreadable:
    """A message that is not read, as far as its headers were found."""
    beginning = parse(found.content + b"\r\n\r\n", at=timezone.now()) if found.content else None
    said = {} if beginning is None else {"message_id": beginning.message_id, "subject": beginning.subject}
    sender = beginning.senders[0].address if isinstance(beginning, Message) else getattr(beginning, "sender", "")
    return Unreadable(found.hindrance or Hindrance.DAMAGED, sender=sender, **said)


def everyone(message: Message) -> set[str]:
    """The addresses of all who stand in a message, in lower case."""
    seats = (message.senders, message.to, message.cc, message.bcc, message.reply_to)
    return {one.address.lower() for people in seats for one in people}


def claimed(cases: Sequence[Case], circle_id: int | None) -> list[Case]:
    """Those that are not here yet, each with its key.

    Two messages with one id are one only if sender and date agree:
    an id may be used again by mistake, or on purpose to keep a mail out.
    """
    known = kept({key for case in cases for key in keys_of(case.message)})
    private = {one.pk: one for one in hidden(pk for pk, _mark in known.values())}
    first: dict[str, Case] = {}
    for case in cases:
        for key in keys_of(case.message):
            if key not in first and key not in known:
                case.key, case.twin, case.interaction_id = key, None, None
                first[key] = case
                break
            case.twin = first.get(key)
            case.interaction_id, sent = (None, mark(case.twin.message)) if case.twin else known[key]
            if sent in {None, mark(case.message)} and shared(private.get(case.interaction_id or 0), case, circle_id):
                break
        if not case.key:
            case.verdict = Verdict(Outcome.DUPLICATE)
    return list(first.values())


def hidden(interaction_ids: Iterable[int]) -> Iterable[Interaction]:
    """Those that are not for everybody."""
    return Interaction.objects.filter(pk__in=set(interaction_ids)).exclude(circles=[]).select_related("mail")


def shared(private: Interaction | None, case: Case, circle_id: int | None) -> bool:
    """Whether the copy that is here serves those for whom this one came, too.

    Only the same words open what is private to somebody else: an id, a sender and a date are easily claimed.
    """
    if private is None or circle_id in private.circles:
        return True
    whole = private.mail.whole or private.text
    if (private.subject, whole.strip()) != (case.message.subject, (case.message.text or "").strip()):
        return False
    circles = [*private.circles, circle_id] if circle_id else []
    Interaction.objects.filter(pk=private.pk).update(circles=circles)
    private.circles = circles
    return True


def draw(circle_id: int, interaction_ids: Sequence[int]) -> None:
    """Keep these for those in a circle."""
    Interaction.objects.filter(pk__in=interaction_ids).update(circles=[circle_id])


def kept(keys: set[str]) -> dict[str, tuple[int, Mark | None]]:
    """What is here under these keys already: its interaction, and the mark of its mail."""
    receipts = Receipt.objects.filter(source=SOURCE, external_id__in=keys)
    columns = ("external_id", "interaction_id", "interaction__mail__sender", "interaction__mail__at")
    return {key: (pk, (sender, at) if sender else None) for key, pk, sender, at in receipts.values_list(*columns)}


def keys_of(message: Message) -> tuple[str, ...]:
    """Under what it is kept, and under what when that is taken by another."""
    if not message.message_id:
        return (f"content:{message.content_id}",)
    return (message.message_id, f"{message.message_id}#{message.content_id}")


def mark(message: Message) -> Mark:
    return message.senders[0].address.lower()[:LONGEST_ADDRESS], message.at


def inbound_of(case: Case) -> Inbound:
    message = case.message
    said = new_part(fold(message.text))
    return Inbound(
        source=SOURCE,
        external_id=case.key,
        at=message.at,
        channel=Channel.EMAIL,
        direction=case.verdict.direction,
        kind="mail",
        parties=case.verdict.parties,
        subject=message.subject,
        text=said,
    )


def write(cases: Sequence[Case], *, at: datetime) -> None:
    """Mails, threads and attachments of what is new."""
    letters = [letter_of(case.message) for case in cases]
    mails = [mail_of(case, thread_id) for case, thread_id in zip(cases, thread(letters), strict=True)]
    Mail.objects.bulk_create(mails)
    attached = [
        (mail, position, one)
        for mail, case in zip(mails, cases, strict=True)
        for position, one in enumerate(case.message.attachments, 1)
    ]
    files = keep([Content(one.name, one.media_type, one.content) for _mail, _position, one in attached], at=at)
    Attachment.objects.bulk_create(
        Attachment(mail=mail, position=position, file=file, name=one.name, media_type=one.media_type, inline=one.inline)
        for (mail, position, one), file in zip(attached, files, strict=True)
    )


def letter_of(message: Message) -> Letter:
    people = frozenset(address[:LONGEST_ADDRESS] for address in everyone(message))
    return Letter(message.message_id, message.references, message.subject, people, message.at)


def mail_of(case: Case, thread_id: int) -> Mail:
    message = case.message
    shown = new_part(fold(message.text))
    sender, sent = mark(message)
    return Mail(
        interaction_id=case.interaction_id or 0,
        message_id=message.message_id,
        sender=sender,
        at=sent,
        thread_id=thread_id,
        whole=message.text if message.text.strip() != shown else "",
        html=message.html,
        nature=message.nature.value,
        doubts=[one.value for one in message.doubts],
    )


def line_of(case: Case, into: MailFile | MailFolder) -> LedgerLine:
    read, twin = case.read, case.twin
    line = LedgerLine(
        mail_file=into if isinstance(into, MailFile) else None,
        folder=into if isinstance(into, MailFolder) else None,
        uid_validity=into.uid_validity if isinstance(into, MailFolder) else None,
        number=case.found.number,
        message_id=read.message_id,
        subject=read.subject,
        outcome=case.verdict.outcome,
        reason=case.verdict.reason,
        interaction_id=twin.interaction_id if twin else case.interaction_id,
    )
    if isinstance(read, Unreadable):
        line.sender, line.addresses = read.sender[:LONGEST_ADDRESS], searched([read.sender.lower()])
    else:
        line.sender, line.at = mark(read)
        line.addresses = searched(sorted(everyone(read), key=lambda address: address != line.sender))
    return line


def searched(addresses: Iterable[str]) -> list[str]:
    """Addresses and their domains, by which a message may be looked for."""
    some = [address[:LONGEST_ADDRESS] for address in addresses if address][:MOST_ADDRESSES]
    return list(dict.fromkeys([*some, *(address.rpartition("@")[2] for address in some)]))
