"""What can be taken back, and how: the way back of every deed."""

from collections.abc import Mapping

from rapport.accounts.ways_back import PLAN
from rapport.agenda.ways_back import TASK
from rapport.bulk.ways_back import BULK
from rapport.calendars.ways_back import MEETING
from rapport.customers.ways_back import DISCARDED, EDITED, IDENTIFIED, LOCATED, RELATED, RETURNED, WISHED
from rapport.fields.ways_back import FIELD
from rapport.handovers.ways_back import HANDOVER
from rapport.identity.ways_back import MERGED, PARTED
from rapport.imports.ways_back import IMPORTED
from rapport.journal.change import Deed
from rapport.journal.ways_back import WayBack
from rapport.letters.ways_back import TEMPLATE
from rapport.lists.ways_back import VIEW
from rapport.oversight.ways_back import HANDED_OVER
from rapport.rules.ways_back import RULE
from rapport.sales.ways_back import DEAL, LEAD
from rapport.timeline.ways_back import ASSIGNED

WAYS_BACK: Mapping[Deed, WayBack] = {
    Deed.EDITED: EDITED,
    Deed.IDENTIFIED: IDENTIFIED,
    Deed.LOCATED: LOCATED,
    Deed.RELATED: RELATED,
    Deed.WISHED: WISHED,
    Deed.MERGED: MERGED,
    Deed.PARTED: PARTED,
    Deed.DISCARDED: DISCARDED,
    Deed.RETURNED: RETURNED,
    Deed.ASSIGNED: ASSIGNED,
    Deed.TASK: TASK,
    Deed.DEAL: DEAL,
    Deed.LEAD: LEAD,
    Deed.PLAN: PLAN,
    Deed.HANDOVER: HANDOVER,
    Deed.MEETING: MEETING,
    Deed.TEMPLATE: TEMPLATE,
    Deed.VIEW: VIEW,
    Deed.IMPORTED: IMPORTED,
    Deed.BULK: BULK,
    Deed.FIELD: FIELD,
    Deed.RULE: RULE,
    Deed.HANDED_OVER: HANDED_OVER,
}
