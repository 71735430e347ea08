"""Whom news about a plan concerns, and how what was done with it is kept."""

from collections.abc import Sequence
from datetime import datetime

from rapport.accounts.models import Plan
from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written
from rapport.people.models import User


def tell(
    plan: Plan, written: Sequence[Written], what: str, *, by: User | None, at: datetime, **details: str | int
) -> Change | None:
    """Keep what was done with ``plan``, with a way back, and record that it changed."""
    told = {
        "what": what,
        "name": plan.name,
        "plan": plan.pk,
        "owner": plan.owner_id,
        "member": plan.member_id,
        **details,
    }
    back = {"rows": [one.kept for one in written]}
    change = keep(Deed.PLAN, [plan.member.customer_id], by=by, at=at, back=back, **told)
    record(Fact.PLANS_CHANGED, [plan.pk], by=by, at=at, owner=plan.owner_id, member=plan.member_id)
    return change
