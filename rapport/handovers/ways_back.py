"""How what was done with hand-overs is told and taken back."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from rapport.customers.ways_back import all_seen
from rapport.handovers.handover import Handover
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User

DONE = {
    "opened": gettext_lazy("Hand-over begun: %(name)s"),
    "filled": gettext_lazy("Hand-over written: %(name)s"),
    "taken": gettext_lazy("Hand-over taken: %(name)s"),
    "dropped": gettext_lazy("Hand-over given up: %(name)s"),
}


def words(change: Change) -> str:
    return str(DONE[change.details["what"]]) % dict(change.details)


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    lay_rows_back(list(rows_of(change)), choices)
    whose = {name: change.details[name] for name in ("sender", "team", "taken", "member")}
    record(Fact.HANDOVERS_CHANGED, [change.details["handover"]], by=by, at=at, what="undone", **whose)


def seen(change: Change, user: User) -> bool:
    known = Handover.objects.visible_to(user).filter(pk=change.details["handover"])
    return known.exists() or (bool(change.customer_ids) and all_seen(change, user))


HANDOVER = WayBack("handovers.change_handover", words, undo, seen, icon="transfer")
