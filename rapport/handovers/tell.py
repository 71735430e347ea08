"""Record what became true of hand-overs: each step with its date and author, on the customer's timeline too."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.handovers.handover import Handover, Step
from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written
from rapport.people.models import User
from rapport.timeline.receive import receive

OURS = "rapport"


class HandoverError(Exception):
    """It can't be done so; the message says why, in the reader's language."""


def step(handover: Handover, kind: Step.Kind, *, by: User | None, at: datetime, words: str = "") -> Step:
    """Write the step down and tell of it; the row of the hand-over is as it is now."""
    made = Step.objects.create(handover=handover, kind=kind, at=at, by=by, words=words)
    tell(handover, kind.value, by=by, at=at)
    return made


def tell(handover: Handover, what: str, *, by: User | None, at: datetime) -> None:
    """Open pages of whom it concerns hear of it, and whoever is to be told is."""
    record(Fact.HANDOVERS_CHANGED, [handover.pk], by=by, at=at, what=what, **whose(handover))


def whose(handover: Handover) -> dict[str, int]:
    """Whom news of it concerns, as details of the fact."""
    return {
        "sender": handover.sender_id,
        "team": handover.team_id or 0,
        "taken": handover.taken_by_id or 0,
        "member": handover.deal.member_id or 0,
    }


def keep_back(
    handover: Handover, written: Sequence[Written], what: str, *, by: User | None, at: datetime
) -> Change | None:
    """Keep what was done with a way back."""
    member = handover.deal.member
    back = {"rows": [one.kept for one in written]}
    told = {"what": what, "name": str(handover), "handover": handover.pk, **whose(handover)}
    return keep(Deed.HANDOVER, [member.customer_id] if member else [], by=by, at=at, back=back, **told)


def put_on_timeline(handover: Handover, made: Step, text: str) -> None:
    """The step as a line among all that passed with the customer; none where nobody knows with whom the deal is."""
    if handover.deal.member_id is None:
        return
    subjects = {
        Step.Kind.SENT: _("Handed over to %(station)s: %(deal)s"),
        Step.Kind.ACCEPTED: _("%(station)s accepted the hand-over: %(deal)s"),
        Step.Kind.RETURNED: _("%(station)s sent the hand-over back: %(deal)s"),
    }
    said = Inbound(
        source=OURS,
        external_id=f"handover step:{made.pk}",
        at=made.at,
        channel=Channel.SYSTEM,
        direction=Direction.INTERNAL,
        kind=f"handover {made.kind}",
        parties=(Party(member_id=handover.deal.member_id),),
        subject=subjects[Step.Kind(made.kind)] % {"station": handover.station, "deal": handover.deal},
        text=text,
        data={"handover": handover.pk},
    )
    receive([said], by=made.by, at=made.at)
