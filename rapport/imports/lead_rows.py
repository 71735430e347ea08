"""Turn rows of a file of leads into what came in and the lead that stands on it; take them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.imports.reading import Reader, RowError, happened, row_hash
from rapport.lib.layouts import Row
from rapport.lib.names import fold_key
from rapport.people.models import User
from rapport.sales.lead import LeadState
from rapport.sales.record_leads import STATES, LeadIn, record_leads
from rapport.timeline.beyond import beyond
from rapport.timeline.models import Participation
from rapport.timeline.receive import receive

LAST_YEAR = 2200


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One row of a file of leads; the words that name something here are those of the source."""

    inbound: Inbound
    called: str
    lead_source: str
    owner: str
    state: LeadState
    reason: str
    answered_at: datetime | None
    until: date | None


class TakenLead(NamedTuple):
    """What became of a row: no outcome where it belongs to another team."""

    outcome: str
    customer_id: int | None = None
    interaction_id: int | None = None


def lead(reader: Reader, at: datetime, row: Row) -> LeadRow:
    came = happened(reader, row, "came_at", at)
    name, clues = reader.text(row, "name"), reader.clues(row)
    if not clues and not name:
        raise RowError(_("nobody: no name, no e-mail, no phone number and no id"))
    source = reader.text(row, "lead_source")[:100] or reader.plan.source
    text = reader.text(row, "text")
    until = reader.moment(row, "until")
    if until and until.year > LAST_YEAR:
        raise RowError(_("“%(text)s” is no possible day") % {"text": until.date()})
    owner = reader.text(row, "owner")
    owner = reader.owners.get(owner, owner)
    return LeadRow(
        Inbound(
            source=reader.plan.source,
            external_id=reader.proof(row, "external_id") or row_hash(row),
            at=came or at,
            channel=channel(reader.text(row, "channel")),
            direction=Direction.INBOUND,
            kind="enquiry",
            parties=(Party(clues, role="from", name=name),),
            subject=reader.text(row, "wish")[:200] or " ".join(text.split())[:200] or source,
            text=text,
        ),
        called=name,
        lead_source=source,
        owner=reader.surroundings.owners.get(owner.lower(), owner)[:200],
        state=state(reader.text(row, "status")),
        reason=reader.text(row, "reason"),
        answered_at=happened(reader, row, "answered_at", at),
        until=localtime(until, reader.zone).date() if until else None,
    )


def state(text: str) -> LeadState:
    found = STATES.get(" ".join(fold_key(text).replace("-", " ").split()))
    if found is None:
        raise RowError(_("“%(text)s” is no state of a lead") % {"text": text[:60]})
    if found == LeadState.QUALIFIED:
        raise RowError(_("“%(text)s”: it is a deal. Bring it in with the deals.") % {"text": text[:60]})
    return found


def channel(text: str) -> Channel:
    if not text:
        return Channel.WEB
    try:
        return Channel(text.lower())
    except ValueError as problem:
        raise RowError(_("“%(text)s” is no %(what)s") % {"text": text[:60], "what": _("channel")}) from problem


def take_leads(rows: Sequence[LeadRow], *, by: User | None, at: datetime) -> list[TakenLead]:
    """Each on the timeline of whoever asked, once; what became of each, in their order."""
    closed = beyond([one.inbound for one in rows], sender=by)
    free = [number for number in range(len(rows)) if number not in closed]
    done = receive([rows[number].inbound for number in free], by=by, at=at)
    seats = Participation.objects.filter(interaction__in=[one.interaction_id for one in done], main=True)
    members = dict(seats.exclude(member=None).values_list("interaction", "member"))
    found: dict[int, TakenLead] = {number: TakenLead("") for number in closed}
    for number, one in zip(free, done, strict=True):
        found[number] = TakenLead(one.outcome, one.customer_id, one.interaction_id)
    record_leads(
        [
            lead_in(rows[number], one.interaction_id, members.get(one.interaction_id))
            for number, one in zip(free, done, strict=True)
        ],
        by=by,
        at=at,
    )
    return [found[number] for number in range(len(rows))]


def lead_in(row: LeadRow, interaction_id: int, member_id: int | None) -> LeadIn:
    return LeadIn(
        interaction_id=interaction_id,
        member_id=member_id,
        wish=row.inbound.subject,
        came_at=row.inbound.at,
        called="" if member_id else row.called,
        source=row.lead_source,
        owner=row.owner,
        state=row.state,
        reason=row.reason,
        answered_at=row.answered_at,
        until=row.until,
    )
