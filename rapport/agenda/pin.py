"""Keep a customer or a page at hand, up to a bound, and let go of it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rapport.agenda.models import Pin
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.people.models import User


class FullError(Exception):
    """There are as many pins as one may have."""


@transaction.atomic
def pin(by: User, *, customer: Customer | None = None, path: str = "", title: str = "", at: datetime) -> Pin:
    """The pin, also when it is there already. Raises FullError."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    pages = Pin.objects.at_hand().filter(user=by, path=path, member=None)
    known = (pins_on(customer, by) if customer else pages).first()
    if known:
        return known
    if Pin.objects.at_hand().filter(user=by).count() >= Pin.MOST:
        raise FullError
    return Pin.objects.create(
        user=by, member=main_member(customer) if customer else None, path=path, title=title, at=at
    )


def unpin(kept: Pin) -> None:
    """Also what a merge has brought to the same customer."""
    Pin.objects.filter(pk=kept.pk).delete()
    if kept.member:
        pins_on(kept.member.customer, kept.user).delete()


def pins_on(customer: Customer, user: User) -> QuerySet[Pin]:
    return Pin.objects.filter(user=user, member__customer=customer)


def is_pinned(customer: Customer, *, by: User) -> bool:
    return pins_on(customer, by).exists()
