"""Give a customer one more identifier, or take one away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.create import add_identifiers
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Identifier, Strength
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written, changed, image
from rapport.lib.identifiers import Identity
from rapport.people.models import User


@dataclass(frozen=True)
class Identified:
    """The identifier as it stands now; ``holder`` is whose it is, and not the customer asked for when it was taken."""

    identifier: Identifier
    holder: int
    fresh: bool


@transaction.atomic
def identify(customer: Customer, identity: Identity, *, label: str = "", by: User | None, at: datetime) -> Identified:
    """Write ``identity`` down for ``customer``, unless it proves somebody else."""
    known = held(customer, identity)
    fresh, before = known is None, image(known) if known else None
    if known is None:
        add_identifiers([(main_member(customer).pk, identity)], at=at)
        known = held(customer, identity)
    if known is None:
        message = "an identifier that nobody holds can be given"
        raise AssertionError(message)
    if known.member.customer_id != customer.pk:
        return Identified(known, known.member.customer_id, fresh=False)
    if label and known.label != label:
        known.label = label
        known.save(update_fields=["label"])
    if fresh:
        record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    written = changed(known, before)
    if written.before != written.after:
        what = "added" if fresh else "changed"
        keep_row(Deed.IDENTIFIED, [customer.pk], written, by=by, at=at, what=what, value=known.value)
    return Identified(known, customer.pk, fresh)


def held(customer: Customer, identity: Identity) -> Identifier | None:
    """The same identifier where the customer has it, else where it proves somebody."""
    same = Identifier.objects.select_related("member").filter(
        kind=identity.kind, namespace=identity.namespace, key=identity.key
    )
    own = same.filter(member__customer=customer).first()
    return own or same.exclude(strength=Strength.WEAK).first()


@transaction.atomic
def unidentify(identifier: Identifier, *, by: User | None, at: datetime) -> None:
    """Take an identifier away; what it brought to the timeline stays."""
    customer_id, value = identifier.member.customer_id, identifier.value
    gone = Written(Identifier, identifier.pk, image(identifier), None)
    identifier.delete()
    keep_row(Deed.IDENTIFIED, [customer_id], gone, by=by, at=at, what="removed", value=value)
    record(Fact.CUSTOMERS_CHANGED, [customer_id], by=by, at=at)
