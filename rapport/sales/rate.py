"""Exchange rates by day, and the currency in which the organisation reckons."""

from typing import ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet

DIGITS, PLACES = 20, 10


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
)
class Books(models.Model):
    """In which currency the organisation adds up: one row, none as long as nobody chose."""

    THE_ONE = 1
    currency = models.CharField(_("currency"), max_length=3)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("currency of the organisation")
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="one_currency_of_the_house")]

    def __str__(self) -> str:
        return self.currency


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Rate(models.Model):
    """What one unit of a currency is worth in ``home`` from a day on, until the next one says otherwise."""

    home = models.CharField(max_length=3)
    currency = models.CharField(_("currency"), max_length=3)
    since = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=DIGITS, decimal_places=PLACES, validators=[MinValueValidator(0)])

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints: ClassVar = [
            models.UniqueConstraint("home", "currency", "since", name="each_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="each_rate_above_nothing"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.home}"
