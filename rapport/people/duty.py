"""Service domains and who is responsible, accountable, consulted and informed in each (RACI)."""

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.unit import Position, Unit


class ServiceDomain(models.Model):
    """A kind of service that customers get, whoever in the house has a part in it."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    about = models.TextField(_("what it is about"), max_length=2_000, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("service domain")

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Duty(models.Model):
    """The part of a unit, a team or a position in a service domain; exactly one of the three."""

    class Letter(models.TextChoices):
        RESPONSIBLE = "R", _("responsible: does it")
        ACCOUNTABLE = "A", _("accountable: answers for it")
        CONSULTED = "C", _("consulted before")
        INFORMED = "I", _("informed after")

    domain = models.ForeignKey(ServiceDomain, on_delete=models.CASCADE, related_name="duties")
    letter = models.CharField(_("part"), max_length=1, choices=Letter.choices)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="duties")
    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="duties")
    position = models.ForeignKey(Position, on_delete=models.CASCADE, null=True, blank=True, related_name="duties")

    class Meta:
        verbose_name = _("duty")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False, team=None, position=None)
                | models.Q(unit=None, team__isnull=False, position=None)
                | models.Q(unit=None, team=None, position__isnull=False),
                name="a_duty_is_of_one_party",
            ),
            models.UniqueConstraint(
                "domain", "letter", "unit", "team", "position", name="each_duty_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.party}"

    @property
    def party(self) -> models.Model:
        """The unit, the team or the position whose part it is."""
        return next(one for one in (self.unit, self.team, self.position) if one)
