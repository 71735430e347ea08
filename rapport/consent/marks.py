"""Conditions that the contact policy knows by name; colleagues set some of them by hand, with the reason."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rapport.customers.held import HOLD
from rapport.customers.models import Condition, Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

COMPLAINT, DECEASED, CHILD = "open complaint", "deceased", "child"
MARKS: "dict[str, StrOrPromise]" = {
    COMPLAINT: _("open complaint"),
    DECEASED: _("deceased"),
    HOLD: _("legal hold"),
    CHILD: _("child"),
}
# A legal hold is put on and ended by the privacy desk, with the day on which somebody looks again.
BY_HAND = (DECEASED, CHILD)


def known_conditions() -> "dict[str, StrOrPromise]":
    """By name, as people call them: ours, and what any room has published of somebody so far."""
    published = Condition.objects.order_by("name").values_list("name", flat=True).distinct()
    return {**MARKS, **{name: name for name in published if name not in MARKS}}


@transaction.atomic
def mark(
    customer: Customer, name: str, evidence: str, *, by: User | None, at: datetime, since: datetime | None = None
) -> Condition:
    """That this holds of them, from now on if not since before; the one that stands, when it was said before."""
    made, fresh = Condition.objects.get_or_create(
        customer=customer, name=name, until=None, defaults={"since": since or at, "evidence": evidence[:400]}
    )
    if fresh:
        record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return made


@transaction.atomic
def unmark(customer: Customer, name: str, *, by: User | None, at: datetime) -> None:
    """That it holds no more."""
    if Condition.objects.filter(customer=customer, name=name, until=None).update(until=at):
        record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
