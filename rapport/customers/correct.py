"""Correct how a customer's identifier is written; what came in by it stays with the customer."""

from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from rapport.customers.identify import Identified, held
from rapport.customers.models import Customer, Identifier, Strength
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import changed, image
from rapport.lib.identifiers import Identity
from rapport.people.models import User

TRIES = 3


@transaction.atomic
def correct(identifier: Identifier, identity: Identity, *, by: User | None, at: datetime) -> Identified | None:
    """Write ``identity`` in place of ``identifier``, unless the customer has it already or it proves somebody else.

    None when somebody took ``identifier`` away in the meantime.
    """
    now = Identifier.objects.select_for_update(of=("self",)).filter(pk=identifier.pk).first()
    if now is None:
        return None
    customer = now.member.customer
    known = held(customer, identity)
    if known is None or known.pk == now.pk:
        if (now.value, now.key) == (identity.value, identity.key):
            return Identified(now, customer.pk, fresh=False)
        before = image(now)
        known = taken(now, identity, customer)
        if known is None:
            written = changed(now, before)
            keep_row(Deed.IDENTIFIED, [customer.pk], written, by=by, at=at, what="changed", value=now.value)
            record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
            return Identified(now, customer.pk, fresh=True)
    return Identified(known, known.member.customer_id, fresh=False)


def taken(identifier: Identifier, identity: Identity, customer: Customer) -> Identifier | None:
    """Write it; who holds it where it could not be written, as somebody else came to hold it at this very moment."""
    for _try in range(TRIES):
        if rewritten(identifier, identity):
            return None
        # Whoever held it may have given it up by now.
        if known := held(customer, identity):
            return known
    message = "an identifier that nobody holds can be written"
    raise AssertionError(message)


def rewritten(identifier: Identifier, identity: Identity) -> bool:
    """Whether it could be written; not where two want each other's at once."""
    if identifier.key != identity.key:
        identifier.strength = Strength(identity.strength)
    identifier.value, identifier.key = identity.value, identity.key
    try:
        with transaction.atomic():
            identifier.save(update_fields=["value", "key", "strength"])
    except IntegrityError:
        return False
    except OperationalError as problem:
        if isinstance(problem.__cause__, DeadlockDetected):
            return False
        raise
    return True
