"""Make, change and drop roles; somebody who rules always remains, and a role that somebody has stays."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.text import slugify

from rapport.people.models import User
from rapport.people.role import KEY, OF_NO_TEAM, Role
from rapport.people.tell_rows import tell_rows

RULES = "people.change_user"


class Refusal(StrEnum):
    FIXED = "fixed"
    IN_USE = "in use"
    LAST_ADMINISTRATOR = "last administrator"


@dataclass(frozen=True)
class Shape:
    """A role as somebody describes it. It follows what ``base`` includes in later versions; "" follows none."""

    name: str
    base: str
    permissions: frozenset[str]
    rows: str


def hold_still() -> None:
    """Two who take the right to rule from each other wait in line, whichever way they do it."""
    list(Role.objects.order_by("pk").select_for_update().values_list("pk"))


@transaction.atomic
def add_role(shape: Shape) -> Role:
    hold_still()
    role = Role(key=key_for(shape.name), name=shape.name, base=shape.base, rows=shape.rows)
    role.say(shape.permissions)
    role.save()
    return role


def key_for(name: str) -> str:
    """One that no role has."""
    stem = slugify(name)[: KEY - 4].strip("-") or "role"
    taken = set(Role.objects.values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 1_000))) if key not in taken)


@transaction.atomic
def change_role(role: Role, shape: Shape) -> Refusal | None:
    """From now on it is so, for everybody who has it; the base stays what it was."""
    if role.is_fixed:
        return Refusal.FIXED
    hold_still()
    undone, before = transaction.savepoint(), role.rows
    role.name, role.rows = shape.name, shape.rows
    role.say(shape.permissions)
    role.save()
    if not User.objects.who_may(RULES).exists():
        transaction.savepoint_rollback(undone)
        return Refusal.LAST_ADMINISTRATOR
    transaction.savepoint_commit(undone)
    if (before in OF_NO_TEAM) != (role.rows in OF_NO_TEAM):
        tell_rows(User.objects.filter(User.who_have(role)).values_list("pk", flat=True))
    return None


@transaction.atomic
def drop_role(role: Role) -> Refusal | None:
    if role.is_built_in:
        return Refusal.FIXED
    hold_still()
    if role.users.exists() or role.holdings.exists():
        return Refusal.IN_USE
    role.delete()
    return None
