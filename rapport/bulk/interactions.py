"""What can be done with much of the timeline at once. What was said stays as it was; only whose it is can be put right."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.bulk.action import Action, Batch, Outcome, Records, Said, Taken, Undone
from rapport.bulk.behind import behind
from rapport.bulk.customers import EXPORT
from rapport.bulk.forms import CustomerForm
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import UndoError
from rapport.timeline.assign import give_back, seat
from rapport.timeline.listing import INTERACTION_LIST
from rapport.timeline.models import Interaction, Participation

# Each is seated by itself, in one transaction for all.
MOST = 200


def owners(ids: Sequence[int]) -> Mapping[int, int]:
    seats = Participation.objects.filter(interaction__in=ids, main=True, member__isnull=False)
    return dict(seats.values_list("interaction", "member__customer"))


def assign(batch: Batch) -> Outcome:
    """Make one customer whom all of them are about."""
    customer = Customer.objects.visible_to(batch.by).living().filter(pk=batch.said["customer"]).first()
    if customer is None:
        return Outcome(refused=dict.fromkeys(batch.ids, _("This customer is no longer here.")))
    whose = owners(batch.ids)
    strangers = Interaction.objects.filter(pk__in=[pk for pk in batch.ids if whose.get(pk) != customer.pk])
    seated = [seat(one, customer) for one in strangers.order_by("pk")]
    if seated:
        record(Fact.INTERACTIONS_ASSIGNED, [one["interaction"] for one in seated], by=batch.by, at=batch.at)
    return Outcome(changed=len(seated), back={"seated": seated} if seated else {})


def unassign(undone: Undone) -> Taken:
    back, left = [], {}
    for one in undone.kept["seated"]:
        try:
            with transaction.atomic():
                give_back(one, {})
            back.append(one["interaction"])
        except UndoError:
            left[one["interaction"]] = _("Somebody has changed it since.")
    if back:
        record(Fact.INTERACTIONS_ASSIGNED, back, by=undone.by, at=undone.at)
    return Taken(len(back), left)


def whom(said: Said) -> str:
    return str(Customer.objects.filter(pk=said["customer"]).first() or "")


INTERACTIONS = Records(
    INTERACTION_LIST,
    actions=(
        Action(
            "assign",
            gettext_lazy("Assign to a customer"),
            "user-check",
            "timeline.assign_interaction",
            CustomerForm.asked,
            CustomerForm.plain,
            whom,
            assign,
            undo=unassign,
            most=MOST,
        ),
        behind("tag", gettext_lazy("Add tags to their customers"), owners),
        behind("task", gettext_lazy("Add a task for each of their customers"), owners),
        EXPORT,
    ),
)
