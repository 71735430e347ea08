"""How each deal stood on each day, written down only when it changed: what forecasts are compared with."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.outlook import Category
from rapport.sales.pipeline import Stage


class StandingQuerySet(models.QuerySet["Standing"]):
    def on(self, day: date) -> "StandingQuerySet":
        """As they stood at the end of that day."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=day), since__lte=day)


class Standing(models.Model):
    """From the day ``since`` until the day before ``until`` a deal stood so; until None: it does still."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="standings", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=8, choices=Category.choices)
    probability = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    closes_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    won = models.BooleanField(default=False)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing of a deal on a day")
        constraints: ClassVar = [
            models.UniqueConstraint("deal", "since", name="each_standing_once_a_day"),
            models.UniqueConstraint("deal", condition=models.Q(until=None), name="one_standing_that_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} from {self.since}"
