"""Write down what is passed on, send it, take it back, give it up."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.handovers.handover import OURS, Handover, State, Step
from rapport.handovers.tell import HandoverError, keep_back, put_on_timeline, step, tell
from rapport.journal.rows import added, changed, image
from rapport.people.models import User
from rapport.sales.deal import Deal


def held(handover_id: int) -> Handover:
    """The hand-over, locked."""
    Handover.objects.select_for_update().get(pk=handover_id)
    return Handover.objects.whole().get(pk=handover_id)


def stamp(handover: Handover) -> str:
    """A mark of what its points say now: another one later means that somebody wrote meanwhile."""
    said = "\0".join(f"{one.pk}:{one.text}" for one in handover.answers.in_order())
    return sha256(said.encode()).hexdigest()[:20]


@transaction.atomic
def fill_handover(handover_id: int, texts: Mapping[int, str], *, by: User, at: datetime) -> Handover:
    """Make the points, by their ids, say this. Raises HandoverError where it is not its sender's now."""
    handover = held(handover_id)
    if not handover.is_ours:
        raise HandoverError(_("It is with whoever receives it. Withdraw it first to change it."))
    written = []
    for one in handover.answers.in_order():
        text = texts.get(one.pk, one.text)
        if text == one.text:
            continue
        before = image(one)
        one.text, one.begun_with = text, ""
        one.save()
        written.append(changed(one, before))
    if written:
        keep_back(handover, written, "filled", by=by, at=at)
        tell(handover, "filled", by=by, at=at)
    return handover


@transaction.atomic
def send_handover(handover_id: int, *, by: User, at: datetime) -> Handover:
    """From now on it waits for whoever receives it, and the clock runs. Raises HandoverError where a point is missing."""
    handover = held(handover_id)
    if handover.state not in OURS:
        raise HandoverError(_("It is sent already."))
    missing = [one.name for one in handover.answers.in_order() if one.lacks]
    if missing:
        raise HandoverError(_("Still to be said: %(points)s") % {"points": ", ".join(missing)})
    handover.state, handover.sender, handover.sent_at = State.SENT, by, at
    handover.first_sent_at = handover.first_sent_at or at
    handover.due_at = handover.station.due_at(at)
    handover.taken_by = handover.taken_at = handover.answered_at = handover.rung_at = None
    handover.save()
    made = step(handover, Step.Kind.SENT, by=by, at=at)
    put_on_timeline(handover, made, "")
    return handover


@transaction.atomic
def withdraw(handover_id: int, *, by: User, at: datetime) -> Handover:
    """Take back what nobody has answered yet; it is a draft again."""
    handover = held(handover_id)
    if not handover.is_theirs:
        raise HandoverError(_("Only what was sent and is not answered yet can be withdrawn."))
    # Who only receives it would see it no more.
    if handover.sender_id != by.pk and not Deal.objects.visible_to(by).filter(pk=handover.deal_id).exists():
        raise HandoverError(_("Whoever handed it over can withdraw it. You can send it back."))
    handover.state, handover.due_at, handover.taken_by, handover.taken_at = State.DRAFT, None, None, None
    handover.save()
    step(handover, Step.Kind.WITHDRAWN, by=by, at=at)
    return handover


@transaction.atomic
def drop(handover_id: int, *, by: User, at: datetime) -> Handover:
    """Give up what is not with its receiver; the deal can be handed over anew."""
    handover = held(handover_id)
    if not handover.is_ours:
        raise HandoverError(_("Only what is yours to write can be given up."))
    before = image(handover)
    handover.state = State.DROPPED
    handover.save()
    made = step(handover, Step.Kind.DROPPED, by=by, at=at)
    keep_back(handover, [added(made), changed(handover, before)], "dropped", by=by, at=at)
    return handover
