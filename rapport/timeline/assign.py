"""Say whose an interaction is that arrived without proof."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.lay_rows_back import lay_rows_back, written_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Image, Written, rows_now
from rapport.journal.ways_back import Choices
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.tally import recount


@transaction.atomic
def assign(interaction: Interaction, customer: Customer, *, by: User | None, at: datetime) -> None:
    """Make ``customer`` the one that ``interaction`` is about; harmless when repeated."""
    back = seat(interaction, customer)
    if back["rows"] or back["waited"]:
        keep(Deed.ASSIGNED, [customer.pk], by=by, at=at, back=back, subject=interaction.subject[:200])
    record(Fact.INTERACTIONS_ASSIGNED, [interaction.pk], by=by, at=at)


def seat(interaction: Interaction, customer: Customer) -> dict[str, Any]:
    """Write that it is about ``customer``; what `give_back` needs to take that back."""
    interaction = Interaction.objects.select_for_update(of=("self",)).get(pk=interaction.pk)
    member = main_member(customer)
    waited, seats_before = interaction.unassigned, images(interaction)
    seats = list(interaction.participations.order_by("pk"))
    before = {seat.member_id for seat in seats if seat.member_id}
    interaction.participations.filter(main=True).update(main=False)
    empty = next((seat for seat in seats if seat.member_id is None), None)
    if empty:
        Participation.objects.filter(pk=empty.pk).update(member=member, main=True)
    else:
        Participation.objects.create(
            interaction=interaction, member=member, role="customer", main=True, at=interaction.at
        )
    Interaction.objects.filter(pk=interaction.pk).update(unassigned=False)
    recount([member.pk, *before])
    rows = [
        Written(Participation, pk, seats_before.get(pk), one).kept
        for pk, one in images(interaction).items()
        if one != seats_before.get(pk)
    ]
    return {"interaction": interaction.pk, "waited": waited, "rows": rows}


def give_back(back: Mapping[str, Any], choices: Choices) -> None:
    """Seat everybody as before. Raises UndoError for what is otherwise since and not decided in ``choices``."""
    interaction = Interaction.objects.select_for_update(of=("self",)).get(pk=back["interaction"])
    seats = interaction.participations.exclude(member=None)
    touched = set(seats.values_list("member_id", flat=True))
    lay_rows_back(written_of(back), choices)
    touched |= set(seats.values_list("member_id", flat=True))
    if back["waited"]:
        Interaction.objects.filter(pk=interaction.pk).update(unassigned=True)
    recount(sorted(touched))


def images(interaction: Interaction) -> dict[int, Image]:
    return rows_now(Participation, interaction.participations.values_list("pk", flat=True))
