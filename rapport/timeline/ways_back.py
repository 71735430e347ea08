"""How the assignment of an interaction is told and taken back: it waits again for somebody who knows."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.customers.ways_back import alive, all_seen
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User
from rapport.timeline.models import Interaction
from rapport.timeline.tally import recount


def words(change: Change) -> str:
    return _("Assigned: %(subject)s") % {"subject": change.details["subject"] or _("without a subject")}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    alive(change)
    interaction = Interaction.objects.select_for_update(of=("self",)).get(pk=change.back["interaction"])
    seats = interaction.participations.exclude(member=None)
    touched = set(seats.values_list("member_id", flat=True))
    lay_rows_back(rows_of(change), choices)
    touched |= set(seats.values_list("member_id", flat=True))
    if change.back["waited"]:
        Interaction.objects.filter(pk=interaction.pk).update(unassigned=True)
    recount(sorted(touched))
    record(Fact.INTERACTIONS_ASSIGNED, [interaction.pk], by=by, at=at)


ASSIGNED = WayBack("timeline.assign_interaction", words, undo, all_seen, icon="user-check")
