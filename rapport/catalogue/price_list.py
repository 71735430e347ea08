"""Price lists: in which currency, for whom and when, and what a product costs from which quantity on."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import Product
from rapport.people.house import HouseQuerySet
from rapport.people.models import Brand

NOTHING = Decimal(0)


class PriceListQuerySet(HouseQuerySet["PriceList"]):
    def current(self) -> Self:
        return self.filter(retired_at=None)

    def on(self, day: date) -> Self:
        """Those that hold on ``day``."""
        begun = Q(since=None) | Q(since__lte=day)
        return self.current().filter(begun & (Q(until=None) | Q(until__gte=day)))


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class PriceList(models.Model):
    """What things cost for some customers over some time. The one made for the fewest counts first."""

    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    inclusive = models.BooleanField(_("prices hold the tax"), default=False)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Its last day. Empty: without end."))
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("only for the brand"),
    )
    tag = models.CharField(
        _("only for customers with the tag"), max_length=60, blank=True, help_text=_("Such as partner. Empty: for all.")
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PriceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=Q(retired_at=None), name="each_price_list_once"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="no_price_list_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Price(models.Model):
    """What one of a product costs in a list, from a quantity on."""

    price_list = models.ForeignKey(
        PriceList, models.CASCADE, related_name="prices", db_index=False, verbose_name=_("price list")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="prices", verbose_name=_("product"))
    from_quantity = models.DecimalField(
        _("from quantity"), max_digits=12, decimal_places=4, default=NOTHING, validators=[MinValueValidator(NOTHING)]
    )
    amount = models.DecimalField(_("price"), max_digits=14, decimal_places=4, validators=[MinValueValidator(NOTHING)])

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints: ClassVar = [
            models.UniqueConstraint("price_list", "product", "from_quantity", name="each_price_once_a_quantity"),
            models.CheckConstraint(condition=Q(amount__gte=0, from_quantity__gte=0), name="no_price_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f}"
