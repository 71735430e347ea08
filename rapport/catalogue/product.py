"""Products with their variants and what bundles hold; taxes with the rates they had and will have."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING, MOST_PERCENT = Decimal(0), Decimal(100)
SMALLEST = Decimal("0.0001")


class TaxQuerySet(HouseQuerySet["Tax"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by("name", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Tax(models.Model):
    """A tax that products bear, such as the full or the reduced rate of a country."""

    name = models.CharField(_("name"), max_length=100)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TaxQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax")
        verbose_name_plural = _("taxes")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=models.Q(retired_at=None), name="each_tax_once")
        ]

    def __str__(self) -> str:
        return self.name

    def rate_on(self, day: date) -> Decimal:
        """In percent; nothing before its first rate."""
        rates = sorted(self.rates.all(), key=lambda one: one.since, reverse=True)
        return next((one.percent for one in rates if one.since <= day), NOTHING)


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class TaxRate(models.Model):
    """How high a tax is from a day on, until the next of its rates begins."""

    tax = models.ForeignKey(Tax, models.CASCADE, related_name="rates", db_index=False, verbose_name=_("tax"))
    percent = models.DecimalField(
        _("rate (%)"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(NOTHING), MaxValueValidator(MOST_PERCENT)],
    )
    since = models.DateField(_("from"))

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate of a tax")
        verbose_name_plural = _("rates of taxes")
        constraints: ClassVar = [
            models.UniqueConstraint("tax", "since", name="each_rate_begins_once"),
            models.CheckConstraint(
                condition=models.Q(percent__gte=0) & models.Q(percent__lte=100), name="each_rate_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} %"


class Period(models.IntegerChoices):
    """In what steps something is billed again and again, in months."""

    MONTH = 1, _("every month")
    QUARTER = 3, _("every quarter")
    HALF = 6, _("every half year")
    YEAR = 12, _("every year")


class ProductQuerySet(HouseQuerySet["Product"]):
    def current(self) -> Self:
        return self.filter(retired_at=None)

    def named(self, text: str) -> "Product | None":
        """The one in use with this number, or else the only one with this name; "number · name" is a number too."""
        number = text.partition(SEPARATOR)[0].strip()
        found = self.current().filter(number__iexact=number).first()
        if found or not text.strip():
            return found
        same = list(self.current().filter(name__iexact=text.strip())[:2])
        return same[0] if len(same) == 1 else None


SEPARATOR = " · "


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Product(models.Model):
    """Something that we sell: goods, a service, a bundle of both. Retired, never deleted: what was sold says so for ever."""

    number = models.CharField(
        _("number"), max_length=60, help_text=_("As it stands on the price tag: SKU, article number.")
    )
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False)
    family = models.CharField(
        _("family"), max_length=100, blank=True, help_text=_("What belongs together: machines, beans.")
    )
    description = models.TextField(
        _("description"), max_length=4000, blank=True, help_text=_("As a customer reads it.")
    )
    unit = models.CharField(
        _("unit"), max_length=30, blank=True, help_text=_("In what it is counted: piece, kg, hour.")
    )
    tax = models.ForeignKey(
        Tax, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("tax")
    )
    every = models.PositiveSmallIntegerField(
        _("billed"), choices=Period.choices, null=True, blank=True, help_text=_("Once, or again and again.")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="variants", verbose_name=_("variant of")
    )
    variant = models.CharField(
        _("what makes the variant"), max_length=100, blank=True, help_text=_("Size, colour, voltage …")
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            models.UniqueConstraint(Upper("number"), name="each_product_number_once"),
            models.CheckConstraint(
                condition=models.Q(every=None) | models.Q(every__in=Period.values), name="each_product_in_known_periods"
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="no_product_a_variant_of_itself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="products_by_name"),
            models.Index(fields=["number", "id"], name="products_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.variant})" if self.variant else self.name

    @property
    def label(self) -> str:
        """As it is chosen: its number and name."""
        return f"{self.number}{SEPARATOR}{self}"

    @property
    def billed(self) -> "StrOrPromise":
        return Period(self.every).label if self.every else _("once")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Component(models.Model):
    """What a bundle holds, and how much of it."""

    bundle = models.ForeignKey(
        Product, models.CASCADE, related_name="components", db_index=False, verbose_name=_("bundle")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="bundles", verbose_name=_("product"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=4, validators=[MinValueValidator(SMALLEST)]
    )

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a bundle")
        verbose_name_plural = _("parts of bundles")
        constraints: ClassVar = [
            models.UniqueConstraint("bundle", "product", name="each_part_once_a_bundle"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="each_part_more_than_nothing"),
            models.CheckConstraint(condition=~models.Q(bundle=models.F("product")), name="no_bundle_holds_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.product}"
