"""Who answers for a KPI."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.models import User


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Ownership(models.Model):
    """That somebody answers for how a KPI goes."""

    kpi = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="kpis", verbose_name=_("owner"))

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("owner of a KPI")

    def __str__(self) -> str:
        return f"{self.kpi}: {self.owner_id}"
