"""What people say of a column beyond what Rapport says of it by itself."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Basis
from rapport.fields.sensitivity import Level
from rapport.people.models import User


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002
        """Everybody who works here may know what is kept and why."""
        return self


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
)
class Entry(models.Model):
    """What people say of one column; whatever is empty stays as Rapport says it."""

    table = models.CharField(max_length=63)
    column = models.CharField(max_length=100)
    purpose = models.CharField(_("what it is kept for"), max_length=400, blank=True)
    basis = models.CharField(_("lawful basis"), max_length=12, choices=Basis.choices, blank=True)
    keeps = models.CharField(_("how long"), max_length=400, blank=True)
    level = models.CharField(_("sensitivity"), max_length=10, choices=Level.choices, blank=True)
    source = models.CharField(_("where it comes from"), max_length=400, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the data dictionary")
        constraints: ClassVar = [models.UniqueConstraint("table", "column", name="each_column_is_described_once")]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"
