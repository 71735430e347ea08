"""What became of an order: what was delivered of it, and where its invoice stands."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.sales.order import Order, OrderLine

NOTHING = Decimal(0)


class Invoice(models.TextChoices):
    """Where the invoice of an order stands; an order of which nothing is said is open."""

    OPEN = "open", _("Not invoiced")
    INVOICED = "invoiced", _("Invoiced")
    PART = "part", _("Part paid")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Credited")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(line__order__in=Order.objects.visible_to(user))


class Delivery(models.Model):
    """That so much of a line was delivered; what came back has a minus."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="deliveries", verbose_name=_("line"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(quantity=0), name="no_delivery_of_nothing")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.product}"


class BillingQuerySet(models.QuerySet["Billing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(order__in=Order.objects.visible_to(user))

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Billing(models.Model):
    """That the invoice of an order came to stand so: the newest word counts."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="billings", db_index=False, verbose_name=_("order"))
    state = models.CharField(_("invoice"), max_length=10, choices=Invoice.choices)
    paid = models.DecimalField(
        _("paid so far"), max_digits=18, decimal_places=4, null=True, help_text="Where only a part of it is."
    )
    reference = models.CharField(_("invoice number"), max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = BillingQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of an invoice")
        verbose_name_plural = _("states of invoices")
        indexes: ClassVar = [models.Index(fields=["order", "-at", "-id"], name="billings_of_an_order")]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_state_display()}"
