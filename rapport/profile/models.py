"""How the customer page is laid out: per role by those who rule, and what each user has folded away."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Kind
from rapport.people.house import HouseQuerySet
from rapport.people.models import User
from rapport.people.role import Role

LONGEST = 80


class LayoutQuerySet(HouseQuerySet["Layout"]):
    def of(self, role: str | None, kind: str) -> Self:
        """The one that counts comes first: the role's own, then that of the role it is based on."""
        base = Role.objects.filter(key=role).exclude(base=role).values("base")
        found = self.filter(models.Q(role=role) | models.Q(role__in=base), kinds__contains=[kind], undone_at=None)
        return found.order_by(models.Case(models.When(role=role, then=0), default=1), "-pk")


class Layout(models.Model):
    """Somebody arranged the page of some kinds of customers for a role; the newest that was not taken back counts.

    It names panels. One it does not name stands at its standard place, and a name that no panel has any more says
    nothing; that is why the standard is a layout that names none.
    """

    role = models.ForeignKey(
        Role, models.CASCADE, to_field="key", db_column="role", related_name="layouts", verbose_name=_("role")
    )
    kinds = ArrayField(models.CharField(max_length=10, choices=Kind.choices))
    who = ArrayField(
        models.CharField(max_length=LONGEST), default=list, help_text="The panels of the left column, from above."
    )
    now = ArrayField(
        models.CharField(max_length=LONGEST), default=list, help_text="The panels of the right column, from above."
    )
    hidden = ArrayField(models.CharField(max_length=LONGEST), default=list, help_text="The panels that are not shown.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("layout")

    def __str__(self) -> str:
        return f"{self.role_id}: {', '.join(self.kinds)}"

    @property
    def standard(self) -> bool:
        """Whether it went back to how the page is made."""
        return not (self.who or self.now or self.hidden)


class Fold(models.Model):
    """A user folded a panel away; it stays so on every customer's page until they open it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="folds", db_index=False)
    panel = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name = _("folded panel")
        constraints: ClassVar = [models.UniqueConstraint("user", "panel", name="each_panel_is_folded_once")]

    def __str__(self) -> str:
        return f"{self.user_id} folded {self.panel}"
