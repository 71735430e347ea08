"""Say why a deal stands still, in words."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.sales.deal import Deal


def stalls(deal: Deal, *, at: datetime) -> list[str]:
    """The reasons, the gravest first; none when it moves, or is closed."""
    if deal.closed_at:
        return []
    today, found = localtime(at).date(), []
    if not deal.next_step:
        found.append(_("no next step"))
    elif deal.next_step_on and deal.next_step_on < today:
        late = (today - deal.next_step_on).days
        found.append(
            ngettext("next step overdue by %(days)s day", "next step overdue by %(days)s days", late) % {"days": late}
        )
    if deal.closes_on and deal.closes_on < today:
        found.append(_("the expected day of closing has passed"))
    limit, stayed = deal.stage.limit, at - deal.stage_since
    if limit is not None and stayed > limit:
        found.append(
            ngettext("%(days)s day in this stage", "%(days)s days in this stage", stayed.days) % {"days": stayed.days}
        )
    return found
