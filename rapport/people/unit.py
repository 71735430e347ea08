"""How the organisation is made up: units in a tree, and the positions in them."""

from collections.abc import Collection
from typing import ClassVar, Self

import pghistory
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from rapport.lib.copying import as_array
from rapport.people.house import HouseQuerySet

BELOW = """
WITH RECURSIVE below AS (
    SELECT p.holder_id AS user_id, p.unit_id FROM people_position p WHERE p.holder_id = ANY(%(users)s::bigint[])
    UNION SELECT u.id, t.unit_id FROM people_user u JOIN people_team t ON t.id = u.team_id
    WHERE u.id = ANY(%(users)s::bigint[]) AND t.unit_id IS NOT NULL
    UNION SELECT below.user_id, c.id FROM below JOIN people_unit c ON c.parent_id = below.unit_id
) SELECT below.user_id, t.id FROM below JOIN people_team t ON t.unit_id = below.unit_id ORDER BY 1, 2
"""
ABOVE = """
WITH RECURSIVE above AS (
    SELECT t.unit_id AS id FROM people_scope s JOIN people_team t ON t.id = s.team_id WHERE s.id = %s
    UNION SELECT u.parent_id FROM people_unit u JOIN above ON above.id = u.id
) SELECT id FROM above WHERE id IS NOT NULL
"""


class Unit(models.Model):
    """A part of the organisation; those below it belong to it."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")

    def __str__(self) -> str:
        return self.name


class PositionQuerySet(HouseQuerySet["Position"]):
    def in_order(self) -> Self:
        return self.select_related("unit", "holder").order_by("-leads", "title", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Position(models.Model):
    """What is to be done in a unit by one person; vacant without a holder, or when the holder can't sign in any more."""

    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="positions", verbose_name=_("unit"))
    holder = models.ForeignKey(
        "people.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="positions",
        verbose_name=_("held by"),
    )
    leads = models.BooleanField(_("leads the unit"), default=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        constraints: ClassVar = [
            models.UniqueConstraint("unit", condition=models.Q(leads=True), name="one_position_leads_a_unit")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.unit})"

    @property
    def is_vacant(self) -> bool:
        return self.holder is None or not self.holder.is_active


def teams_below(user_ids: Collection[int]) -> dict[int, list[int]]:
    """For each of these users the teams in the units of their positions and their team, and in all units below."""
    found: dict[int, list[int]] = {pk: [] for pk in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"users": as_array(user_ids)})
        for user_id, team_id in cursor.fetchall():
            found[user_id].append(team_id)
    return found


def units_above(scope_id: int) -> list[int]:
    """The unit of the team whose scope this is, and all above it."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [scope_id])
        return [row[0] for row in cursor.fetchall()]
