"""A legal hold: who put it on whom, why, and when somebody looks again. Whether it stands is said by the condition."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

import pghistory
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from rapport.consent.marks import mark, unmark
from rapport.customers import held as by_condition
from rapport.customers.held import HOLD
from rapport.customers.models import Condition, Customer
from rapport.people.access import scopes_of
from rapport.people.models import User


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers that ``user`` may see."""
        return self if user.sees_all else self.filter(customer__scope__in=scopes_of(user))

    def standing(self) -> Self:
        return self.filter(condition__until=None)

    def in_order(self) -> Self:
        """Those first that are to be looked at first."""
        return self.select_related("customer", "by", "ended_by", "condition").order_by("review_on", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Hold(models.Model):
    """That the law holds a customer's record: nothing of it is erased, let go by age or merged away."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="holds")
    condition = models.OneToOneField(Condition, models.PROTECT, related_name="hold")
    reason = models.CharField(_("reason"), max_length=1000)
    review_on = models.DateField(_("look again on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=1000, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")

    def __str__(self) -> str:
        return self.reason


class HoldError(Exception):
    """The law holds this record; `code` says what is refused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def held(customer_ids: Iterable[int]) -> frozenset[int]:
    """Those of ``customer_ids`` of which nothing may be destroyed now."""
    return by_condition.held(customer_ids)


@transaction.atomic
def hold(customer: Customer, reason: str, review_on: date, *, by: User | None, at: datetime) -> Hold:
    """Put a hold on ``customer``; on one that is held already the reason and the day are said anew."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    condition = mark(customer, HOLD, reason, by=by, at=at)
    said = {"reason": reason, "review_on": review_on}
    first = {"customer": customer, "by": by, "since": at}
    made, _fresh = Hold.objects.update_or_create(condition=condition, defaults=said, create_defaults={**said, **first})
    return made


@transaction.atomic
def release(one: Hold, why: str, *, by: User, at: datetime) -> Hold:
    """End a hold, with the reason; once."""
    one = Hold.objects.select_for_update().select_related("customer").get(pk=one.pk)
    if one.ended_at is None:
        unmark(one.customer, HOLD, by=by, at=at)
        one.ended_at, one.ended_by, one.ended_why = at, by, why
        one.save(update_fields=["ended_at", "ended_by", "ended_why"])
    return one
