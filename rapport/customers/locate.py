"""Give a customer a further address, or take one away."""

from datetime import datetime

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Address, Customer
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written, added, image
from rapport.people.models import User


@transaction.atomic
def locate(customer: Customer, address: Address, *, by: User | None, at: datetime) -> Address:
    """Write the unsaved ``address`` down for ``customer``."""
    address.member = main_member(customer)
    address.save()
    keep_row(Deed.LOCATED, [customer.pk], added(address), by=by, at=at, what="added", value=str(address))
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return address


@transaction.atomic
def leave(address: Address, *, by: User | None, at: datetime) -> None:
    """Take an address away; the history keeps it."""
    customer_id = address.member.customer_id
    gone, value = Written(Address, address.pk, image(address), None), str(address)
    address.delete()
    keep_row(Deed.LOCATED, [customer_id], gone, by=by, at=at, what="removed", value=value)
    record(Fact.CUSTOMERS_CHANGED, [customer_id], by=by, at=at)
