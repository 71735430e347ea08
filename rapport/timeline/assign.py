"""Say whose an interaction is that arrived without proof."""

from datetime import datetime

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Image, Written, rows_now
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.tally import recount


@transaction.atomic
def assign(interaction: Interaction, customer: Customer, *, by: User | None, at: datetime) -> None:
    """Make ``customer`` the one that ``interaction`` is about; harmless when repeated."""
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
    after = images(interaction)
    rows = [
        Written(Participation, pk, seats_before.get(pk), one).kept
        for pk, one in after.items()
        if one != seats_before.get(pk)
    ]
    back = {"interaction": interaction.pk, "waited": waited, "rows": rows}
    if rows or waited:
        keep(Deed.ASSIGNED, [customer.pk], by=by, at=at, back=back, subject=interaction.subject[:200])
    record(Fact.INTERACTIONS_ASSIGNED, [interaction.pk], by=by, at=at)


def images(interaction: Interaction) -> dict[int, Image]:
    return rows_now(Participation, interaction.participations.values_list("pk", flat=True))
