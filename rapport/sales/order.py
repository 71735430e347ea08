"""Orders and their lines."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen
from rapport.people.models import Brand, User
from rapport.timeline.models import Interaction


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> Self:
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        return known.filter(nobodys_or_seen(whose, "pk", "scope_id", user))


class Order(models.Model):
    """What a customer ordered; a cancellation has a negative total."""

    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=400)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="orders")
    interaction = models.OneToOneField(Interaction, models.PROTECT, related_name="order")
    ordered_at = models.DateTimeField(_("ordered"))
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints: ClassVar = [models.UniqueConstraint("source", "external_id", name="each_order_once")]
        indexes: ClassVar = [models.Index(fields=["-ordered_at", "-id"], name="orders_by_moment")]

    def __str__(self) -> str:
        return self.external_id


class OrderLine(models.Model):
    """One line of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    line = models.CharField(max_length=60, help_text="Its number or key within the order.")
    product = models.CharField(_("product"), max_length=400, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, null=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("order line")
        constraints: ClassVar = [models.UniqueConstraint("order", "line", name="each_line_once_an_order")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"
