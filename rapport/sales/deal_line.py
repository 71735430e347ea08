"""What a deal is about: products and free lines, with what each comes to."""

from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import SMALLEST, Period, Product
from rapport.lib.money import line_amount
from rapport.people.models import User
from rapport.sales.deal import Deal

NOTHING = Decimal(0)


class DealLineQuerySet(models.QuerySet["DealLine"]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees their deals."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def in_order(self) -> Self:
        return self.order_by("place", "pk").select_related("product")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class DealLine(models.Model):
    """A product, or something free, that the deal is about. The price is for one unit, and for one period where it is billed again and again."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="lines", verbose_name=_("deal"))
    place = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product"))
    name = models.CharField(_("words"), max_length=300)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=4, default=1, validators=[MinValueValidator(SMALLEST)]
    )
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    discount = models.DecimalField(
        _("discount (%)"),
        max_digits=5,
        decimal_places=2,
        default=NOTHING,
        validators=[MinValueValidator(NOTHING), MaxValueValidator(100)],
    )
    every = models.PositiveSmallIntegerField(_("billed"), choices=Period.choices, null=True)
    months = models.PositiveSmallIntegerField(_("term (months)"), null=True)

    objects = DealLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a deal")
        verbose_name_plural = _("lines of deals")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="each_deal_line_more_than_nothing"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="no_deal_line_below_nothing"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="each_deal_discount_a_share"),
            models.CheckConstraint(
                condition=Q(every=None, months=None) | Q(every__gt=0, months__gte=F("every")),
                name="each_deal_line_s_term",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amount(self) -> Decimal:
        """What one period of it comes to, or all of it where it is billed once; in the deal's currency."""
        return line_amount(self.quantity, self.unit_price, self.discount, self.deal.currency)

    @property
    def whole(self) -> Decimal:
        """What it brings over its term."""
        return self.amount * (self.months // self.every if self.months and self.every else 1)
