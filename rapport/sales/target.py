"""Targets: what somebody, or a unit, is to sell in a month or a quarter."""

from typing import ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.models import User
from rapport.people.unit import Unit
from rapport.sales.period import Period


class TargetQuerySet(HouseQuerySet["Target"]):
    def of(self, period: Period) -> "TargetQuerySet":
        return self.filter(first=period.first, months=period.months)


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Target(models.Model):
    """An amount that is to be won from ``first`` on in so many months, by a person or by a unit."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="targets", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="targets", verbose_name=_("unit"))
    first = models.DateField(_("from"))
    months = models.PositiveSmallIntegerField()
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints: ClassVar = [
            models.UniqueConstraint("user", "unit", "first", "months", name="each_target_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(user=None, unit__isnull=False) | models.Q(user__isnull=False, unit=None),
                name="a_target_is_somebody_s_or_a_unit_s",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="no_target_below_nothing"),
            models.CheckConstraint(condition=models.Q(months__in=(1, 3)), name="a_target_is_of_a_month_or_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {Period(self.first, self.months)}"
