"""Correct how a customer's identifier is written; what came in by it stays with the customer."""

from datetime import datetime

from django.db import transaction

from rapport.customers.identify import Identified, held
from rapport.customers.models import Identifier, Strength
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.identifiers import Identity
from rapport.people.models import User


@transaction.atomic
def correct(identifier: Identifier, identity: Identity, *, by: User | None, at: datetime) -> Identified:
    """Write ``identity`` in place of ``identifier``, unless the customer has it already or it proves somebody else."""
    customer = identifier.member.customer
    known = held(customer, identity)
    if known and known.pk != identifier.pk:
        return Identified(known, known.member.customer_id, fresh=False)
    if (identifier.value, identifier.key) == (identity.value, identity.key):
        return Identified(identifier, customer.pk, fresh=False)
    if identifier.key != identity.key:
        identifier.strength = Strength(identity.strength)
    identifier.value, identifier.key = identity.value, identity.key
    identifier.save(update_fields=["value", "key", "strength"])
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return Identified(identifier, customer.pk, fresh=True)
