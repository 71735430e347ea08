"""Change what somebody may do, or whether they may come in at all; one administrator always remains."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from rapport.people.models import Team, User
from rapport.people.roles import Role


class Refusal(StrEnum):
    LAST_ADMINISTRATOR = "last administrator"


@dataclass(frozen=True)
class Standing:
    """What an administrator decides about a user."""

    role: Role
    team: Team | None
    is_active: bool


@transaction.atomic
def change_user(user: User, standing: Standing) -> Refusal | None:
    """Give ``user`` this standing; a refusal when nobody would be left to rule."""
    # In order, so that two administrators who demote each other wait in line.
    rulers = User.objects.who_may("people.change_user").order_by("pk").select_for_update()
    others = [ruler.pk for ruler in rulers if ruler.pk != user.pk]
    stays = standing.is_active and standing.role == Role.ADMINISTRATOR
    if not stays and not others:
        return Refusal.LAST_ADMINISTRATOR
    user.role, user.team, user.is_active = standing.role, standing.team, standing.is_active
    user.save(update_fields=["role", "team", "is_active"])
    if not standing.is_active:
        # Whoever is let in again must not find old keys in the hands of whoever had them.
        user.tokens.all().delete()
    return None
