"""Merges: which customer went into which, by whom, and whether that was taken back."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.people.roles import Role


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        """Merges whose survivor this user may see."""
        if user.role == Role.ADMINISTRATOR:
            return self
        return self.filter(survivor__scope__in=scopes_of(user))


class Merge(models.Model):
    """One customer became part of another. Undone, it stays as history."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "absorbed", condition=models.Q(undone_at=None), name="a_customer_is_absorbed_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"
