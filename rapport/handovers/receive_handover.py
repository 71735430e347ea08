"""What whoever receives does with a hand-over: take it, accept it, send it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.handovers.handover import THEIRS, Handover, State, Step
from rapport.handovers.send_handover import held
from rapport.handovers.tell import HandoverError, keep_back, put_on_timeline, step
from rapport.journal.rows import added, changed, image
from rapport.people.models import User


@transaction.atomic
def take_handover(handover_id: int, *, seen: int | None, by: User, at: datetime) -> Handover:
    """Look after it from now on, if it is still with who was ``seen`` (None: nobody). Raises HandoverError otherwise."""
    handover = waiting(handover_id, by)
    if handover.taken_by_id == by.pk:
        return handover
    if handover.taken_by_id != seen:
        raise HandoverError(_("%(who)s was quicker.") % {"who": handover.taken_by})
    before = image(handover)
    handover.state, handover.taken_by, handover.taken_at = State.TAKEN, by, at
    handover.save()
    made = step(handover, Step.Kind.TAKEN, by=by, at=at)
    keep_back(handover, [added(made), changed(handover, before)], "taken", by=by, at=at)
    return handover


@transaction.atomic
def accept_handover(handover_id: int, *, by: User, at: datetime) -> Handover:
    """All that is needed is there: it is theirs now, and what is to be done first is among their tasks."""
    handover = waiting(handover_id, by)
    if handover.taken_by_id != by.pk:
        handover.taken_by, handover.taken_at = by, at
    handover.state, handover.answered_at = State.ACCEPTED, at
    handover.save()
    made = step(handover, Step.Kind.ACCEPTED, by=by, at=at)
    put_on_timeline(handover, made, "")
    member = handover.deal.member
    for one in handover.station.duties.current():
        due = at + timedelta(days=one.days)
        add_task(
            f"{one.name} ({handover.deal})"[:400],
            assignee=by,
            by=by,
            at=at,
            due_at=due,
            customer=member.customer if member else None,
        )
    return handover


@transaction.atomic
def send_back(handover_id: int, reason: str, *, by: User, at: datetime) -> Handover:
    """Something is missing, and ``reason`` says what: it is its sender's again. Also what was accepted too early."""
    handover = held(handover_id)
    if handover.state not in {*THEIRS, State.ACCEPTED}:
        raise HandoverError(_("It is not with you any more."))
    if not handover.received_by(by):
        raise HandoverError(not_theirs(handover))
    later = Handover.objects.filter(deal=handover.deal_id, pk__gt=handover.pk).exclude(state=State.DROPPED)
    if handover.state == State.ACCEPTED and later.exists():
        raise HandoverError(_("It went on from here already."))
    if not reason.strip():
        raise HandoverError(_("Say what is missing, so that it can be completed."))
    if handover.state == State.SENT:
        handover.taken_by, handover.taken_at = by, at
    handover.state, handover.answered_at, handover.due_at = State.RETURNED, at, None
    handover.returns += 1
    handover.save()
    made = step(handover, Step.Kind.RETURNED, by=by, at=at, words=reason)
    put_on_timeline(handover, made, reason)
    return handover


def waiting(handover_id: int, by: User) -> Handover:
    """It, locked, where it waits for somebody like ``by``. Raises HandoverError."""
    handover = held(handover_id)
    if handover.state not in THEIRS:
        raise HandoverError(_("It does not wait for an answer any more."))
    if not handover.received_by(by):
        raise HandoverError(not_theirs(handover))
    return handover


def not_theirs(handover: Handover) -> str:
    return _("It is handed over to the team %(team)s.") % {"team": handover.team}
