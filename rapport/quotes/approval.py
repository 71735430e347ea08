"""Who may give which discount, and who let a deeper one pass."""

from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.models import User
from rapport.people.role import Role
from rapport.quotes.quote import Quote


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class DiscountLimit(models.Model):
    """How much below the list somebody in a role may offer by themselves. A role without one: as much as they like."""

    role = models.OneToOneField(
        Role, models.CASCADE, to_field="key", db_column="role", related_name="+", verbose_name=_("role")
    )
    percent = models.DecimalField(
        _("discount up to (%)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(100)],
    )

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("discount limit")
        verbose_name_plural = _("discount limits")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=0) & models.Q(percent__lte=100), name="each_discount_limit_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.percent.normalize():f} %"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(quote__in=Quote.objects.visible_to(user))


class Approval(models.Model):
    """That a discount was asked for and what was decided: who asked, who let it pass or did not, when and why."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="approvals", verbose_name=_("quote"))
    percent = models.DecimalField(_("deepest discount (%)"), max_digits=5, decimal_places=2)
    why = models.CharField(_("why"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    granted = models.BooleanField(_("approved"), null=True)
    said = models.CharField(_("answer"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of a discount")
        verbose_name_plural = _("approvals of discounts")
        constraints: ClassVar = [
            models.UniqueConstraint("quote", condition=models.Q(granted=None), name="one_open_approval_a_quote")
        ]

    def __str__(self) -> str:
        return f"{self.quote}: {self.percent} %"
