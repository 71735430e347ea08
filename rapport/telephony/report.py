"""Take in what the telephone system tells of a call: it rings, somebody took it, it is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.telephony.models import Call, Extension, State
from rapport.telephony.put_on_timeline import put_on_timeline
from rapport.timeline.assign import assign

ORDER = {State.RINGING: 0, State.ANSWERED: 1, State.ENDED: 2}


@dataclass(frozen=True)
class Told:
    """One message of the telephone system. ``agent`` is an e-mail address or an extension."""

    call_id: str
    state: State
    number: str
    ours: str
    inbound: bool
    agent: str
    at: datetime
    recording: str = ""


@transaction.atomic
def report(told: Told, *, by: User, at: datetime) -> Call:
    """The call as it stands now. Told twice, or an earlier state after a later one, changes nothing."""
    Call.objects.bulk_create(
        [
            Call(
                call_id=told.call_id,
                state=State.RINGING,
                inbound=told.inbound,
                number=told.number,
                ours=told.ours,
                rang_at=told.at,
            )
        ],
        ignore_conflicts=True,
    )
    call = Call.objects.select_for_update(of=("self",)).get(call_id=told.call_id)
    before = seen(call)
    call.number, call.ours = call.number or told.number, call.ours or told.ours
    call.rang_at = min(call.rang_at, told.at)
    call.recording = told.recording or call.recording
    call.user = agent(told.agent) or call.user
    if told.state != State.RINGING and call.answered_at is None and told.state == State.ANSWERED:
        call.answered_at = told.at
    if told.state == State.ENDED and call.ended_at is None:
        call.ended_at = told.at
    if ORDER[told.state] > ORDER[State(call.state)]:
        call.state = told.state
    if seen(call) != before or call.user is None:
        call.save()
        if call.state == State.ENDED:
            put_on_timeline(call, by=by, at=at)
    record(Fact.CALLS_CHANGED, [call.pk], by=by, at=at)
    return call


def seen(call: Call) -> tuple[object, ...]:
    names = ("state", "number", "ours", "rang_at", "recording", "user_id", "answered_at", "ended_at")
    return tuple(getattr(call, name) for name in names)


def agent(word: str) -> User | None:
    """Whose extension or address it is."""
    if not word:
        return None
    extension = Extension.objects.filter(number=word, user__is_active=True).select_related("user").first()
    return extension.user if extension else User.objects.filter(email=word.lower(), is_active=True).first()


@transaction.atomic
def say_who(call: Call, customer: Customer, *, by: User, at: datetime) -> None:
    """It is ``customer`` who calls, says whoever took it."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    call.member = main_member(customer)
    call.save()
    if call.interaction:
        assign(call.interaction, customer, by=by, at=at)
    record(Fact.CALLS_CHANGED, [call.pk], by=by, at=at)


@transaction.atomic
def note(call: Call, subject: str, text: str, *, by: User, at: datetime) -> None:
    """What it was about; on the timeline as soon as the call is."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    call.subject, call.text, call.put_away_at = subject, text, at
    call.save()
    if call.state == State.ENDED:
        put_on_timeline(call, by=by, at=at)
    record(Fact.CALLS_CHANGED, [call.pk], by=by, at=at)


@transaction.atomic
def put_away(call: Call, *, by: User, at: datetime) -> None:
    """Off the screen; on the timeline it stays."""
    if Call.objects.filter(pk=call.pk, put_away_at=None).update(put_away_at=at):
        record(Fact.CALLS_CHANGED, [call.pk], by=by, at=at)
