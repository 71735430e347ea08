"""The gate: the only place from which anything leaves, for a customer or for a colleague."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from rapport.channels.outbound.build import Enclosed, Letter
from rapport.channels.outbound.outcome import Failure, Laid, NotSent, Sent
from rapport.channels.outbound.smtp import Lines
from rapport.channels.outbound.spool import FAILED, SENT, Found, forget, outcomes
from rapport.channels.outbound.ways_out import MAIL, SPOOLED, Way, folder_of, hand_over, is_open
from rapport.consent.foot import foot_of
from rapport.consent.judge import Intent, Verdict, judge
from rapport.consent.lock import ALONE, EVERYBODY, SHARED, hold, holders_of
from rapport.consent.models import Decision, Message, Return, State
from rapport.consent.policy import Kind, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.situate import rules_now
from rapport.consent.ways import WAY_OF, key_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
# Longer than any server may take; what is still being sent then was cut off.
CUT_OFF = timedelta(minutes=5)


def send(message_id: int, *, at: datetime, lines: Lines | None = None) -> Message:
    """Send a message that is due, unless something stands against it at this very moment; what became of it.

    The intent is committed first. If this process dies behind it, nobody knows whether the server has the message:
    it is then in doubt and never sent again by itself. ``lines`` are kept open for the next ones of a batch.
    """
    if intend(message_id, at=at):
        with nullcontext(lines) if lines else Lines() as open_lines:
            return carry_out(message_id, open_lines, at=at)
    return Message.objects.select_related("by", "account").get(pk=message_id)


@transaction.atomic(durable=True)
def intend(message_id: int, *, at: datetime) -> bool:
    due = Message.objects.filter(pk=message_id, state=State.WAITING, due_at__lte=at)
    return bool(due.update(state=State.SENDING, begun_at=at, tries=F("tries") + 1))


@transaction.atomic(durable=True)
def carry_out(message_id: int, lines: Lines, *, at: datetime) -> Message:
    """Decide and send under locks that an objection and a withdrawal wait for."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("purpose", "account", "by", "member__customer")
        .get(pk=message_id)
    )
    if message.state == State.SENDING:
        settle(message, lines, at=at)
    return message


def settle(message: Message, lines: Lines, *, at: datetime) -> None:
    keys = [key_of(one, WAY_OF[message.channel]) or one for one in message.recipients]
    hold([*keys, EVERYBODY], SHARED)
    hold(holders_of(keys, [message.member_id] if message.member_id else []), SHARED)
    rules = rules_now() if message.member and message.purpose else []
    in_turn(message, rules)
    found = judge(intents_of(message), at=at, rules=rules)
    decide(message, found, at=at)
    against = [one for one in found if not one.allowed]
    if against:
        held_back(message, against, at=at)
        return
    hindrance = hindered(message)
    if hindrance:
        close(message, State.REFUSED, hindrance, "", at=at)
        return
    outcome = hand_over(message.channel, Way(letter_of(message, at=at), message.account, lines), at=at)
    if isinstance(outcome, Sent):
        message.sent_at = at.replace(microsecond=0)
        close(message, State.SENT, "", outcome.answer, at=at)
        leave_out(message, outcome, at=at)
    elif isinstance(outcome, Laid):
        close(message, State.LAID, "", "", at=at)
    else:
        stopped(message, outcome, at=at)


def hindered(message: Message) -> str:
    """Why it can't leave, whatever its recipients agreed to."""
    if len(message.recipients) > 1 and foot_of(message).unsubscribe:
        return "many"
    if message.reader_id and not is_readers(message):
        return "no reader"
    if message.is_gone:
        return "gone"
    if message.channel == MAIL:
        return "" if message.account and message.account.active else "no account"
    return "" if is_open(message.channel) else "no driver"


def held_back(message: Message, against: Sequence[Verdict], *, at: datetime) -> None:
    """Refused, or put off where nothing but a time stands against it."""
    refusal = next((one for one in against if not one.waits), None)
    if refusal:
        close(message, State.REFUSED, refusal.reason, refusal.words, at=at)
        return
    last = max(against, key=lambda one: one.until or at)
    message.due_at, message.tries = last.until or at, message.tries - 1
    close(message, State.WAITING, last.reason, last.words, at=at)


def in_turn(message: Message, rules: Sequence[PolicyRule]) -> None:
    """Two senders at once can't both find that one more may leave for somebody within a period."""
    if message.member and any(one.kind == Kind.FREQUENCY for one in rules):
        hold([f" pace {message.member.customer_id}"], ALONE)


def judge_all(message_ids: Sequence[int], *, at: datetime) -> dict[int, list[Verdict]]:
    """What would be decided about each address of each of these messages now, in a fixed number of queries."""
    rows = Message.objects.filter(pk__in=message_ids).values_list(
        "pk", "to", "cc", "channel", "member_id", "purpose_id"
    )
    purposes = Purpose.objects.in_bulk()
    asked = [
        (pk, Intent(address, channel, purposes.get(purpose_id or 0), member_id))
        for pk, to, cc, channel, member_id, purpose_id in rows
        for address in dict.fromkeys([*to, *cc])
    ]
    found: dict[int, list[Verdict]] = {}
    for (pk, _intent), one in zip(asked, judge([intent for _pk, intent in asked], at=at), strict=True):
        found.setdefault(pk, []).append(one)
    return found


def intents_of(message: Message) -> list[Intent]:
    return [Intent(one, message.channel, message.purpose, message.member_id) for one in message.recipients]


def is_readers(message: Message) -> bool:
    """Whether what is for a colleague goes to nobody else, and the colleague still works here."""
    user = User.objects.filter(pk=message.reader_id or 0, is_active=True).first()
    return user is not None and [one.lower() for one in message.recipients] == [user.email.lower()]


def decide(message: Message, found: Sequence[Verdict], *, at: datetime) -> None:
    """Keep what was found for each address, with what it rests on."""
    Decision.objects.bulk_create(
        Decision(
            message=message,
            address=one.address,
            at=at,
            allowed=one.allowed,
            reason=one.reason,
            said=one.words[:400],
            suppression=one.suppression,
            consent=one.consent,
            rule=one.rule,
            until=one.until,
        )
        for one in found
    )


def letter_of(message: Message, *, at: datetime) -> Letter:
    account, foot = message.account, foot_of(message)
    name = account.name if account else ""
    own = message.by if message.by and (account is None or account.user_id) else None
    return Letter(
        message_id=message.message_id,
        at=at.replace(microsecond=0),
        sender=account.address if account else "",
        sender_name=own.name if own else name,
        to=tuple(message.to),
        cc=tuple(message.cc),
        subject=message.subject,
        text=message.words + foot.text,
        html=message.html + foot.html,
        references=tuple(message.references),
        enclosed=tuple(
            Enclosed(one.name, one.file.media_type, one.file.path.read_bytes())
            for one in message.enclosures.select_related("file").order_by("position")
        ),
        unsubscribe=foot.unsubscribe,
    )


def leave_out(message: Message, outcome: Sent, *, at: datetime) -> None:
    """Whom the server does not write to although it took the letter for the others."""
    Return.objects.bulk_create(
        Return(message=message, address=address[:400], kind="returned", said=said[:400], at=at)
        for address, said in outcome.left_out
    )


def stopped(message: Message, outcome: NotSent, *, at: datetime) -> None:
    """What could not be sent now is tried again later, what can't be sent at all is told, what is in doubt is asked."""
    if outcome.failure is Failure.DOUBT:
        close(message, State.DOUBT, outcome.failure, outcome.said, at=at)
    elif outcome.permanent or message.tries > len(WAITS):
        close(message, State.FAILED, outcome.failure, outcome.said, at=at)
    else:
        message.due_at = at + WAITS[message.tries - 1]
        close(message, State.WAITING, outcome.failure, outcome.said, at=at)


FACTS = {State.SENT: Fact.MESSAGES_SENT, State.LAID: Fact.MESSAGES_LAID, State.WAITING: Fact.MESSAGES_WRITTEN}


def close(message: Message, state: State, reason: str, said: str, *, at: datetime) -> None:
    message.state, message.reason, message.said = state, reason, said[:400]
    message.forget()
    message.save(update_fields=["state", "reason", "said", "due_at", "sent_at", "tries", "sealed"])
    record(FACTS.get(state, Fact.MESSAGES_STOPPED), [message.pk], by=message.by, at=at)


@transaction.atomic
def sweep(*, at: datetime) -> list[int]:
    """Flag what a process that died left being sent; the ids of what waits though it is due."""
    # Whoever is still sending holds the row.
    left = Message.objects.filter(state=State.SENDING, begun_at__lt=at - CUT_OFF).select_for_update(
        skip_locked=True, of=("self",)
    )
    for message in left:
        close(message, State.DOUBT, "cut off", "", at=at)
    return list(
        Message.objects.filter(state=State.WAITING, due_at__lte=at)
        .order_by("due_at")
        .values_list("pk", flat=True)[:100]
    )


def batch() -> Lines:
    """Lines that stay open while many messages leave."""
    return Lines()


def takes(channel: str) -> bool:
    """Whether anything takes what leaves by this channel."""
    return is_open(channel)


def collect(*, at: datetime) -> int:
    """Keep what drivers say about what lay in the spool; how many messages that was."""
    heard = 0
    for channel in SPOOLED:
        folder = folder_of(channel)
        for found in outcomes(folder) if is_open(channel) else ():
            if heed(channel, found, at=at):
                forget(folder, SENT if isinstance(found.outcome, Sent) else FAILED, found.name)
                heard += 1
    return heard


@transaction.atomic
def heed(channel: str, found: Found, *, at: datetime) -> bool:
    """Whether this is known now, so that its files can go; about what we did not write, nobody is believed."""
    ours = Message.objects.select_for_update(of=("self",)).filter(channel=channel)
    message = ours.filter(message_id__startswith=f"{found.name}@").select_related("by").first()
    if message is None or message.state == State.SENDING:
        return False
    if message.state in {State.LAID, State.DOUBT}:
        if isinstance(found.outcome, Sent):
            message.sent_at = at.replace(microsecond=0)
            close(message, State.SENT, "", "", at=at)
        else:
            close(message, State.FAILED, found.outcome.failure, found.outcome.said, at=at)
    return True
