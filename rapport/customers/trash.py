"""What lies in the trash: who put it there and when, and when it came back."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.people.access import scopes_of
from rapport.people.models import User

KEPT = timedelta(days=30)


class TrashedQuerySet(models.QuerySet["Trashed"]):
    def visible_to(self, user: User) -> Self:
        """Whoever would see the customer sees it in the trash."""
        if user.sees_all:
            return self
        return self.filter(customer__scope__in=scopes_of(user))

    def there(self) -> Self:
        """What is in the trash now."""
        return self.filter(restored_at=None)


class Trashed(models.Model):
    """That a customer was put into the trash. It keeps all that is its own, its addresses too, and is only hidden."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="trashed", db_index=False)
    at = models.DateTimeField(_("deleted"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by"))
    restored_at = models.DateTimeField(null=True)
    restored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = TrashedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted customer")
        constraints: ClassVar = [
            models.UniqueConstraint("customer", condition=Q(restored_at=None), name="once_in_the_trash_at_a_time")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], condition=Q(restored_at=None), name="trash_by_age"),
            models.Index(fields=["customer"], name="trash_of_a_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} since {self.at:%Y-%m-%d}"
