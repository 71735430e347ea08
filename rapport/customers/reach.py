"""Find the customer that an id means to a user: the record itself, the one it was merged into, or none."""

from rapport.customers.models import Customer
from rapport.people.models import User


class MovedError(Exception):
    """The record lives on as another one, which the user may see."""

    def __init__(self, customer_id: int, survivor_id: int) -> None:
        super().__init__(customer_id, survivor_id)
        self.customer_id, self.survivor_id = customer_id, survivor_id


def reach(customer_id: int, *, reader: User) -> Customer | None:
    """The living customer with this id; None when there is none for ``reader``. Raises MovedError for a merged one."""
    found = survivor(customer_id, reader=reader)
    if found and found.pk != customer_id:
        raise MovedError(customer_id, found.pk)
    return found


def survivor(customer_id: int, *, reader: User) -> Customer | None:
    """The living customer that this id leads to, directly or through merges; None when there is none for ``reader``."""
    found = Customer.objects.filter(pk=customer_id).first()
    while found and found.merged_into_id:
        found = Customer.objects.get(pk=found.merged_into_id)
    return Customer.objects.visible_to(reader).filter(pk=found.pk).first() if found else None


def just_written(customer_id: int) -> Customer:
    """The record that the caller wrote this moment, also when it thereby went to another team."""
    return Customer.objects.get(pk=customer_id)
