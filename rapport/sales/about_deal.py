"""Whom news about a deal concerns, and how what was done with it is kept."""

from collections.abc import Sequence
from datetime import datetime

from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written
from rapport.people.models import User
from rapport.sales.deal import Deal


def tell(
    deal: Deal, written: Sequence[Written], what: str, *, by: User | None, at: datetime, **details: str
) -> Change | None:
    """Keep what was done with ``deal``, with a way back, and record that it changed."""
    told = {"what": what, "name": deal.name, **whose(deal), **details}
    back = {"rows": [one.kept for one in written]}
    customers = [deal.member.customer_id] if deal.member else []
    change = keep(Deed.DEAL, customers, by=by, at=at, back=back, **told)
    record(Fact.DEALS_CHANGED, [deal.pk], by=by, at=at, **whose(deal))
    return change


def whose(deal: Deal) -> dict[str, int]:
    """Its owner, and its member where that is known, as details of the fact."""
    return {"owner": deal.owner_id} | ({"member": deal.member_id} if deal.member_id else {})
