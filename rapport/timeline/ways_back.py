"""How the assignment of an interaction is told and taken back: it waits again for somebody who knows."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.customers.ways_back import alive, all_seen
from rapport.journal.change import Change
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User
from rapport.timeline.assign import give_back


def words(change: Change) -> str:
    return _("Assigned: %(subject)s") % {"subject": change.details["subject"] or _("without a subject")}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    alive(change)
    give_back(change.back, choices)
    record(Fact.INTERACTIONS_ASSIGNED, [change.back["interaction"]], by=by, at=at)


ASSIGNED = WayBack("timeline.assign_interaction", words, undo, all_seen, icon="user-check")
