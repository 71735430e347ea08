"""Roles as rows: what somebody may do and whose records they see, changed in the browser."""

from collections.abc import Iterable
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet
from rapport.people.roles import PERMISSIONS, BuiltIn, standard

KEY = 20


class Rows(models.TextChoices):
    """Whose customers a role sees besides those of no team."""

    OWN = "own", _("only those they own")
    TERRITORY = "territory", _("those in the own territories, and those they own")
    TEAM = "team", _("the own team's")
    UNIT = "unit", _("the own unit's")
    ALL = "all", _("everybody's")


# Who has but these sees none of a team's customers as the team's.
OF_NO_TEAM = frozenset({Rows.OWN, Rows.TERRITORY})


class RoleQuerySet(HouseQuerySet["Role"]):
    def in_order(self) -> Self:
        """The built-in ones from the mightiest down, then those of one's own by name."""
        places = [models.When(key=key, then=place) for place, key in enumerate(BuiltIn.values)]
        return self.order_by(models.Case(*places, default=len(places)), "name", "key")

    def keys_with(self, permission: str) -> list[str]:
        """The keys of the roles that include ``permission``; one query."""
        return [role.key for role in self if role.includes(permission)]


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Role(models.Model):
    """What somebody may do: all that ``base`` includes, and what was ``added``, without what was ``removed``.

    Told as a difference, a role gets what a new version of Rapport lets its base do. The built-in ones are based on
    themselves; that of administrators is never changed, so that somebody can always put things right.
    """

    key = models.CharField(max_length=KEY, unique=True, help_text="Its name for programs; it never changes.")
    name = models.CharField(_("name"), max_length=100, blank=True, help_text="Empty: as a built-in role is called.")
    base = models.CharField(_("based on"), max_length=KEY, blank=True, choices=BuiltIn.choices)
    added = ArrayField(models.CharField(max_length=100), default=list)
    removed = ArrayField(models.CharField(max_length=100), default=list)
    rows = models.CharField(_("sees customers"), max_length=10, choices=Rows.choices, default=Rows.TEAM)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.name or str(BuiltIn(self.key).label)

    @property
    def permissions(self) -> frozenset[str]:
        """What it includes now; a permission that the code no longer has counts for nothing."""
        return (standard(self.base) | PERMISSIONS.keys() & set(self.added)) - set(self.removed)

    def say(self, permissions: Iterable[str]) -> None:
        """From now on it includes ``permissions`` and no others; not saved yet."""
        wanted, usual = set(permissions), standard(self.base)
        self.added, self.removed = sorted(wanted - usual), sorted(usual - wanted)

    def includes(self, permission: str) -> bool:
        """Whether it includes ``permission``; an unknown one is a mistake in the code (KeyError)."""
        if permission not in PERMISSIONS:
            raise KeyError(permission)
        return permission in self.permissions

    @property
    def sees_all(self) -> bool:
        return self.rows == Rows.ALL

    @property
    def is_built_in(self) -> bool:
        return self.key in BuiltIn.values

    @property
    def is_fixed(self) -> bool:
        """Whether nobody can change it."""
        return self.key == BuiltIn.ADMINISTRATOR
