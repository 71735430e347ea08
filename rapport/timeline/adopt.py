"""Make a new customer of an interaction that nobody knows the customer of."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rapport.customers.create import Newborn, create
from rapport.customers.models import BY_HAND, Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.identifiers import Identity
from rapport.people.models import User
from rapport.timeline.assign import assign
from rapport.timeline.models import Interaction


@transaction.atomic
def adopt(
    interaction: Interaction, name: str, kind: Kind, identities: Sequence[Identity], *, by: User, at: datetime
) -> Customer | None:
    """The new customer, looked after by ``by`` and reached by ``identities``; None when somebody was faster."""
    waiting = Interaction.objects.unassigned().select_for_update(of=("self",)).filter(pk=interaction.pk).first()
    if waiting is None:
        return None
    said = claims({"name": name, "owner": by.email})
    newborn = Newborn(RecordIn(BY_HAND, f"interaction:{waiting.pk}", kind, said), identities)
    customer = Customer.objects.get(pk=create([newborn], at=at)[0].customer_id)
    record(Fact.CUSTOMERS_CREATED, [customer.pk], by=by, at=at)
    assign(waiting, customer, by=by, at=at)
    return customer
