"""Give a customer a further address, or take one away."""

from datetime import datetime

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Address, Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@transaction.atomic
def locate(customer: Customer, address: Address, *, by: User | None, at: datetime) -> Address:
    """Write the unsaved ``address`` down for ``customer``."""
    address.member = main_member(customer)
    address.save()
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return address


@transaction.atomic
def leave(address: Address, *, by: User | None, at: datetime) -> None:
    """Take an address away; the history keeps it."""
    customer_id = address.member.customer_id
    address.delete()
    record(Fact.CUSTOMERS_CHANGED, [customer_id], by=by, at=at)
